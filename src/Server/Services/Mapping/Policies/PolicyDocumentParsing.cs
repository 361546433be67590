using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Services.Errors;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>
/// Reads policies that came as a message, with everything that is wrong noted that keeps them from being what the model has.
/// What the model's own rules forbid is not its business.
/// </summary>
internal sealed partial class PolicyDocumentParsing(RequestViolations violations)
{
    private const uint MostOfAnything = int.MaxValue;

    /// <param name="document">The message.</param>
    /// <param name="field">The path of its field.</param>
    public PolicyDocument Read(Proto.PolicyDocument document, string field)
        => new()
        {
            Policies = [.. document.Policies.Select((policy, i) => Read(policy, $"{field}.policies[{i}]"))],
            Roles = [.. document.Roles.Select((role, i) => Read(role, $"{field}.roles[{i}]"))],
        };

    private PathPolicy Read(Proto.PathPolicy policy, string field)
    {
        var byDefault = new PathPolicy(policy.Name);
        return byDefault with
        {
            Match = policy.Match is { } match ? Read(match, $"{field}.match") : byDefault.Match,
            Mode = Word(policy.Mode, PolicyWords.Modes, byDefault.Mode, $"{field}.mode"),
            Strategy = Word(policy.Strategy, PolicyWords.Strategies, byDefault.Strategy, $"{field}.strategy"),
            Ndiffports = policy.HasNdiffports ? Number(policy.Ndiffports, $"{field}.ndiffports") : byDefault.Ndiffports,
            Delegation = policy.Delegation is { } delegation ? Read(delegation, $"{field}.delegation") : null,
            Interfaces = policy.Interfaces is { } names ? new NamePatterns([.. names.Allow], [.. names.Deny]) : byDefault.Interfaces,
            Families = ReadFamilies(policy.Families, $"{field}.families"),
            Remotes = ReadRemotes(policy.Remotes, $"{field}.remotes"),
            AllowId0 = policy.HasAllowId0 ? policy.AllowId0 : byDefault.AllowId0,
            BindInterface = policy.BindInterface,
            Backup = policy.Backup is { } backup ? Read(backup, $"{field}.backup") : null,
            MaxSubflows = policy.HasMaxSubflows ? Number(policy.MaxSubflows, $"{field}.max_subflows") : byDefault.MaxSubflows,
            Announce = [.. policy.Announce.Select((announcement, i) => Read(announcement, $"{field}.announce[{i}]"))],
            Retry = policy.Retry is { } retry ? Read(retry, $"{field}.retry") : byDefault.Retry,
        };
    }

    private PolicyMatch Read(Proto.PolicyMatch match, string field)
    {
        var local = EndFilterParsing.Read(match.LocalPrefixes, match.LocalPorts, $"{field}.local", violations);
        var remote = EndFilterParsing.Read(match.RemotePrefixes, match.RemotePorts, $"{field}.remote", violations);
        return new PolicyMatch
        {
            ServerSide = match.HasServerSide ? match.ServerSide : null,
            Local = [.. local.Prefixes],
            LocalPorts = [.. local.Ports.Select(range => new PortRange(range.First, range.Last))],
            Remote = [.. remote.Prefixes],
            RemotePorts = [.. remote.Ports.Select(range => new PortRange(range.First, range.Last))],
            Interfaces = [.. match.Interfaces],
            Namespaces = [.. match.Namespaces],
            UserIds = [.. match.Uids],
            Cgroups = [.. match.Cgroups],
            Commands = [.. match.Commands],
        };
    }

    private Delegation Read(Proto.PolicyDelegation delegation, string field) => new(
        delegation.Role,
        DurationParsing.Read(delegation.Deadline, $"{field}.deadline", violations),
        Word(delegation.Fallback, PolicyWords.Strategies, PathStrategy.None, $"{field}.fallback"));

    private BackupRule Read(Proto.BackupRule backup, string field) => new([.. backup.Interfaces])
    {
        Standby = Word(backup.Standby, PolicyWords.Standbys, BackupStandby.Hot, $"{field}.standby"),
        ActiveWhen = Word(backup.ActiveWhen, PolicyWords.Triggers, BackupTrigger.NoneLeft, $"{field}.active_when"),
        After = DurationParsing.Read(backup.After, $"{field}.after", violations),
    };

    private Announcement Read(Proto.PolicyAnnouncement announcement, string field)
    {
        var inside = announcement.Inside is { } given
            ? AddressParsing.ParseEndPoint(given, $"{field}.inside", PortRule.Optional, violations)
            : null;
        return new Announcement
        {
            Interfaces = [.. announcement.Interfaces],
            Address = announcement.Address.Length > 0
                ? AddressParsing.ParseAddress(announcement.Address, $"{field}.address", violations)
                : null,
            Port = AddressParsing.ParsePort(announcement.Port, $"{field}.port", PortRule.Optional, violations) ?? 0,
            Inside = inside?.Address,
            InsidePort = inside?.Port ?? 0,
            Listen = !announcement.HasListen || announcement.Listen,
        };
    }

    private RetryRule Read(Proto.RetryRule retry, string field)
    {
        var byDefault = new RetryRule();
        return new RetryRule
        {
            Initial = retry.Initial is { } initial ? DurationParsing.Read(initial, $"{field}.initial", violations) : byDefault.Initial,
            Longest = retry.Longest is { } longest ? DurationParsing.Read(longest, $"{field}.longest", violations) : byDefault.Longest,
            Jitter = retry.HasJitter ? retry.Jitter : byDefault.Jitter,
            Attempts = Number(retry.Attempts, $"{field}.attempts"),
            FinalErrors = ReadErrors(retry.FinalErrors, $"{field}.final_errors"),
        };
    }

    private int Number(uint number, string field)
    {
        if (number > MostOfAnything)
            violations.Add(field, $"must be at most {MostOfAnything}, and is {number}");
        return (int)Math.Min(number, MostOfAnything);
    }
}
