using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

internal sealed partial class PolicyChecks
{
    private void CheckMatch()
    {
        var match = policy.Match;
        CheckPrefixes("match.local", match.Local);
        CheckPrefixes("match.remote", match.Remote);
        CheckPorts("match.local_ports", match.LocalPorts);
        CheckPorts("match.remote_ports", match.RemotePorts);
        CheckPatterns("match.interfaces", match.Interfaces, PatternRules.ForInterface);
        CheckPatterns("match.namespaces", match.Namespaces, PatternRules.ForNamespace);
        CheckPatterns("match.owner.cgroups", match.Cgroups, PatternRules.ForCgroup);
        CheckPatterns("match.owner.commands", match.Commands, PatternRules.ForCommand);
        if ((FamiliesOf(match.Local) & FamiliesOf(match.Remote)) == AddressFamilies.None)
            Add("match.remote", "must have a prefix of a family that match.local has, as a connection begins in one", "match.local", "match.remote");
    }

    private void CheckPrefixes(string key, ImmutableArray<IPNetwork> prefixes)
    {
        for (var place = 0; place < prefixes.Length; place++)
        {
            if (prefixes[place] is { PrefixLength: >= 96, BaseAddress.IsIPv4MappedToIPv6: true } mapped)
                Add($"{key}[{place}]", $"must be written in IPv4: {mapped.BaseAddress.MapToIPv4()}/{mapped.PrefixLength - 96}");
        }
    }

    private void CheckPorts(string key, ImmutableArray<PortRange> ranges)
    {
        for (var place = 0; place < ranges.Length; place++)
        {
            var range = ranges[place];
            if (range.First < 1 || range.Last > ushort.MaxValue || range.First > range.Last)
                Add($"{key}[{place}]", $"must be of ports, 1 to {ushort.MaxValue}, the lower one first, and is {range.First}-{range.Last}");
        }
    }

    private void CheckPatterns(string key, ImmutableArray<string> patterns, Func<string, string?> rule)
    {
        for (var place = 0; place < patterns.Length; place++)
        {
            if (rule(patterns[place]) is { } problem)
                Add($"{key}[{place}]", problem);
        }
    }

    private static AddressFamilies FamiliesOf(ImmutableArray<IPNetwork> prefixes)
        => prefixes.IsEmpty ? AddressFamilies.All : prefixes.Aggregate(AddressFamilies.None, (all, prefix) => all | FamilyOf(prefix.BaseAddress));

    private static AddressFamilies FamilyOf(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6 ? AddressFamilies.IPv4 : AddressFamilies.IPv6;
}
