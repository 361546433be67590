using System.Collections.Immutable;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Policies.Model;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>Policies as answers show them, with everything that is left to its default said.</summary>
internal static class PolicyDocumentMapping
{
    public static Proto.PolicyDocument ToProto(PolicyDocument document) => new()
    {
        Policies = { document.Policies.Select(ToProto) },
        Roles = { document.Roles.Select(RoleMapping.ToProto) },
    };

    /// <summary>The connections that something is for.</summary>
    public static Proto.PolicyMatch ToProto(PolicyMatch match)
    {
        var message = new Proto.PolicyMatch
        {
            LocalPrefixes = { match.Local.Select(prefix => prefix.ToString()) },
            LocalPorts = { ToProto(match.LocalPorts) },
            RemotePrefixes = { match.Remote.Select(prefix => prefix.ToString()) },
            RemotePorts = { ToProto(match.RemotePorts) },
            Interfaces = { match.Interfaces },
            Namespaces = { match.Namespaces },
            Uids = { match.UserIds },
            Cgroups = { match.Cgroups },
            Commands = { match.Commands },
        };
        if (match.ServerSide is { } side)
            message.ServerSide = side;
        return message;
    }

    public static Proto.PolicyRole ToProto(Role role) => new()
    {
        Name = role.Name,
        Scope = role.Scope == PolicyMatch.All ? null : ToProto(role.Scope),
        Limits = new Proto.RoleLimits
        {
            CommandsPerSecond = (uint)role.Limits.CommandsPerSecond,
            SubflowsPerConnection = (uint)role.Limits.SubflowsPerConnection,
            Subflows = (uint)role.Limits.Subflows,
        },
        Uids = { role.UserIds },
    };

    private static Proto.PathPolicy ToProto(PathPolicy policy)
    {
        var message = new Proto.PathPolicy
        {
            Name = policy.Name,
            Match = ToProto(policy.Match),
            Mode = PolicyWords.Modes[policy.Mode],
            Strategy = PolicyWords.Strategies[policy.Strategy],
            Delegation = policy.Delegation is { } delegation ? ToProto(delegation) : null,
            Interfaces = new Proto.NamePatterns { Allow = { policy.Interfaces.Allow }, Deny = { policy.Interfaces.Deny } },
            Families = { PolicyWords.Families.Where(family => policy.Families.HasFlag(family.Key)).Select(family => family.Value) },
            Remotes = { PolicyWords.Remotes.Where(choice => policy.Remotes.HasFlag(choice.Key)).Select(choice => choice.Value) },
            AllowId0 = policy.AllowId0,
            BindInterface = policy.BindInterface,
            Backup = policy.Backup is { } backup ? ToProto(backup) : null,
            MaxSubflows = (uint)policy.MaxSubflows,
            Announce = { policy.Announce.Select(ToProto) },
            Retry = ToProto(policy.Retry),
        };
        // Elsewhere it says nothing.
        if (policy.Strategy == PathStrategy.Ndiffports)
            message.Ndiffports = (uint)policy.Ndiffports;
        return message;
    }

    private static IEnumerable<Proto.PortRange> ToProto(ImmutableArray<PortRange> ranges)
        => ranges.Select(range => new Proto.PortRange { First = (uint)range.First, Last = (uint)range.Last });

    private static Proto.PolicyDelegation ToProto(Delegation delegation) => new()
    {
        Role = delegation.Role,
        Deadline = Duration.FromTimeSpan(delegation.Deadline),
        Fallback = PolicyWords.Strategies[delegation.Fallback],
    };

    private static Proto.BackupRule ToProto(BackupRule backup) => new()
    {
        Interfaces = { backup.Interfaces },
        Standby = PolicyWords.Standbys[backup.Standby],
        ActiveWhen = PolicyWords.Triggers[backup.ActiveWhen],
        After = Duration.FromTimeSpan(backup.After),
    };

    private static Proto.PolicyAnnouncement ToProto(Announcement announcement) => new()
    {
        Interfaces = { announcement.Interfaces },
        Address = announcement.Address is { } address ? AddressMapping.ToText(address) : "",
        Port = (uint)announcement.Port,
        Inside = announcement.Inside is { } inside ? AddressMapping.ToProto(new IPEndPoint(inside, announcement.InsidePort)) : null,
        Listen = announcement.Listen,
    };

    private static Proto.RetryRule ToProto(RetryRule retry) => new()
    {
        Initial = Duration.FromTimeSpan(retry.Initial),
        Longest = Duration.FromTimeSpan(retry.Longest),
        Jitter = retry.Jitter,
        Attempts = (uint)retry.Attempts,
        FinalErrors = { retry.FinalErrors.Select(error => error.Name) },
    };
}
