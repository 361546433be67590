using System.Collections.Immutable;
using System.Net;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

internal sealed partial class PolicyChecks
{
    // Whether all subflows go to the address that the connection began with.
    private bool IsOnlyToInitial
        => policy.Strategy == PathStrategy.Ndiffports
        || (policy.Strategy is PathStrategy.FullMesh or PathStrategy.PerInterface && policy.Remotes == RemoteChoice.Initial);

    private void CheckPaths()
    {
        CheckPatterns("interfaces.allow", policy.Interfaces.Allow, PatternRules.ForInterface);
        CheckPatterns("interfaces.deny", policy.Interfaces.Deny, PatternRules.ForInterface);
        for (var place = 0; place < policy.Interfaces.Allow.Length; place++)
        {
            if (DenialOf(policy.Interfaces.Allow[place]) is { } denial)
                Add($"interfaces.allow[{place}]", $"must not be denied as well, and {denial} denies it", "interfaces.deny");
        }

        if (policy.Families == AddressFamilies.None)
            Add("families", "must be ipv4, ipv6 or both", "families");
        if (policy.Remotes == RemoteChoice.None)
            Add("remotes", "must be initial, announced or both");
        if (IsOnlyToInitial)
            CheckInitial();
    }

    private void CheckInitial()
    {
        if (!policy.AllowId0)
            Add("allow_id0", "must be true: all subflows would go to the address that the connection began with", "strategy", "remotes");
        var begins = MatchChecks.FamiliesOf(policy.Match.Local) & MatchChecks.FamiliesOf(policy.Match.Remote);
        if (policy.Families == AddressFamilies.None || begins == AddressFamilies.None || (policy.Families & begins) != AddressFamilies.None)
            return;
        Add(
            "families",
            "must have a family of the addresses that connections begin with, to which all subflows go",
            ["families", "strategy", "remotes", "match.local", "match.remote"]);
    }

    private void CheckBackup()
    {
        if (policy.Backup is not { } backup)
            return;
        if (backup.Interfaces.IsEmpty)
            Add("backup.interfaces", "is required: the interfaces that are for backup", "backup.interfaces");
        CheckPatterns("backup.interfaces", backup.Interfaces, PatternRules.ForInterface);
        CheckAllowed("backup.interfaces", backup.Interfaces);
        CheckTime("backup.after", backup.After);
    }

    private void CheckAnnouncement(Announcement announcement, string key)
    {
        if (announcement.Address is null && announcement.Interfaces.IsEmpty)
            Add(key, "must have interfaces or an address", $"{key}.interfaces", $"{key}.address");
        else if (announcement.Address is not null && !announcement.Interfaces.IsEmpty)
            Add(key, "must have interfaces or an address, and has both");
        CheckPatterns($"{key}.interfaces", announcement.Interfaces, PatternRules.ForInterface);
        CheckAllowed($"{key}.interfaces", announcement.Interfaces);
        CheckFamily($"{key}.address", announcement.Address);

        if (announcement.Port is < 0 or > ushort.MaxValue)
            Add($"{key}.port", $"must be a port, 1 to {ushort.MaxValue}, and is {announcement.Port}");
        if (announcement.InsidePort is < 0 or > ushort.MaxValue)
            Add($"{key}.inside_port", $"must be a port, 1 to {ushort.MaxValue}, and is {announcement.InsidePort}");
        if (announcement.InsidePort != 0 && announcement.Port == 0)
            Add($"{key}.inside_port", "must be left out where there is no port that a NAT could make another", $"{key}.port");
        if (announcement.Inside is null)
            return;
        if (announcement.Address is null)
            Add($"{key}.inside", "must be left out where there is no address that a NAT could make another", $"{key}.address", $"{key}.interfaces");
        else if (MatchChecks.FamilyOf(announcement.Address) != MatchChecks.FamilyOf(announcement.Inside))
            Add($"{key}.inside", $"must be of the family of {announcement.Address}, and is {announcement.Inside}");
    }

    private void CheckFamily(string key, IPAddress? address)
    {
        if (address is not null && policy.Families != AddressFamilies.None && !policy.Families.HasFlag(MatchChecks.FamilyOf(address)))
            Add(key, $"must be of a family that families has, and is {address}", "families");
    }

    private void CheckAllowed(string key, ImmutableArray<string> patterns)
    {
        for (var place = 0; place < patterns.Length; place++)
        {
            var pattern = patterns[place];
            if (DenialOf(pattern) is { } denial)
                Add($"{key}[{place}]", $"must be an interface that the policy allows, and {denial} denies \"{pattern}\"", "interfaces");
            else if (pattern.AsSpan().IndexOfAny("*?\\") < 0 && !policy.Interfaces.Allows(pattern))
                Add($"{key}[{place}]", $"must be an interface that the policy allows, and interfaces.allow has no \"{pattern}\"", "interfaces");
        }
    }

    // Which pattern denies all that another one takes.
    private string? DenialOf(string pattern)
    {
        for (var place = 0; place < policy.Interfaces.Deny.Length; place++)
        {
            if (Coverage.Of(policy.Interfaces.Deny[place], pattern))
                return $"interfaces.deny[{place}]";
        }

        return null;
    }
}
