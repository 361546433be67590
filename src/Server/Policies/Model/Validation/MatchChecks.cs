using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>Finds what is wrong with which connections something is for.</summary>
/// <param name="match">The connections.</param>
/// <param name="path">The place of the object that says so.</param>
/// <param name="key">The key in that object.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class MatchChecks(PolicyMatch match, string path, string key, List<PolicyProblem> problems) : ObjectChecks(path, problems)
{
    public void Run()
    {
        CheckPrefixes($"{key}.local", match.Local);
        CheckPrefixes($"{key}.remote", match.Remote);
        CheckPorts($"{key}.local_ports", match.LocalPorts);
        CheckPorts($"{key}.remote_ports", match.RemotePorts);
        CheckPatterns($"{key}.interfaces", match.Interfaces, PatternRules.ForInterface);
        CheckPatterns($"{key}.namespaces", match.Namespaces, PatternRules.ForNamespace);
        CheckPatterns($"{key}.owner.cgroups", match.Cgroups, PatternRules.ForCgroup);
        CheckPatterns($"{key}.owner.commands", match.Commands, PatternRules.ForCommand);
        if ((FamiliesOf(match.Local) & FamiliesOf(match.Remote)) == AddressFamilies.None)
        {
            Add(
                $"{key}.remote", $"must have a prefix of a family that {key}.local has, as a connection begins in one", $"{key}.local", $"{key}.remote");
        }
    }

    /// <summary>The families of connections that begin within prefixes.</summary>
    public static AddressFamilies FamiliesOf(ImmutableArray<IPNetwork> prefixes)
        => prefixes.IsEmpty ? AddressFamilies.All : prefixes.Aggregate(AddressFamilies.None, (all, prefix) => all | FamilyOf(prefix.BaseAddress));

    /// <summary>The family of an address.</summary>
    public static AddressFamilies FamilyOf(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6 ? AddressFamilies.IPv4 : AddressFamilies.IPv6;

    private void CheckPrefixes(string prefixKey, ImmutableArray<IPNetwork> prefixes)
    {
        for (var place = 0; place < prefixes.Length; place++)
        {
            if (prefixes[place] is { PrefixLength: >= 96, BaseAddress.IsIPv4MappedToIPv6: true } mapped)
                Add($"{prefixKey}[{place}]", $"must be written in IPv4: {mapped.BaseAddress.MapToIPv4()}/{mapped.PrefixLength - 96}");
        }
    }

    private void CheckPorts(string portKey, ImmutableArray<PortRange> ranges)
    {
        for (var place = 0; place < ranges.Length; place++)
        {
            var range = ranges[place];
            if (range.First < 1 || range.Last > ushort.MaxValue || range.First > range.Last)
                Add($"{portKey}[{place}]", $"must be of ports, 1 to {ushort.MaxValue}, the lower one first, and is {range.First}-{range.Last}");
        }
    }
}
