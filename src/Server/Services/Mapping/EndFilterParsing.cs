using System.Net;
using Google.Protobuf.Collections;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Filters;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Reads what a request asks of addresses and ports, with everything that is wrong with it noted.</summary>
internal static class EndFilterParsing
{
    private const int MappedPrefix = 96;

    /// <summary>Reads the prefixes and ports of one side.</summary>
    /// <param name="prefixes">Prefixes in CIDR notation.</param>
    /// <param name="ranges">Ranges of ports.</param>
    /// <param name="side">What the paths of both fields begin with: "filter.local".</param>
    /// <param name="violations">Receives what is wrong.</param>
    public static EndFilter Read(
        RepeatedField<string> prefixes, RepeatedField<PortRange> ranges, string side, RequestViolations violations)
        => prefixes.Count + ranges.Count == 0 ? EndFilter.None : new EndFilter
        {
            Prefixes = ReadPrefixes(prefixes, $"{side}_prefixes", violations),
            Ports = ReadPorts(ranges, $"{side}_ports", violations),
        };

    private static List<IPNetwork> ReadPrefixes(RepeatedField<string> texts, string field, RequestViolations violations)
    {
        var prefixes = new List<IPNetwork>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (PrefixParsing.Parse(texts[i], $"{field}[{i}]", violations) is { } prefix)
                prefixes.Add(Unmapped(prefix));
        }

        return prefixes;
    }

    // IPv4-mapped addresses are known as IPv4.
    private static IPNetwork Unmapped(IPNetwork prefix)
        => prefix.BaseAddress.IsIPv4MappedToIPv6 && prefix.PrefixLength >= MappedPrefix
            ? new IPNetwork(prefix.BaseAddress.MapToIPv4(), prefix.PrefixLength - MappedPrefix)
            : prefix;

    private static List<(ushort First, ushort Last)> ReadPorts(RepeatedField<PortRange> ranges, string field, RequestViolations violations)
    {
        var ports = new List<(ushort First, ushort Last)>();
        for (var i = 0; i < ranges.Count; i++)
        {
            var last = ranges[i].Last == 0 ? ranges[i].First : ranges[i].Last;
            if (last > ushort.MaxValue || ranges[i].First > last)
                violations.Add($"{field}[{i}]", $"must be a range of ports up to {ushort.MaxValue}, and is {ranges[i].First} to {last}");
            else
                ports.Add(((ushort)ranges[i].First, (ushort)last));
        }

        return ports;
    }
}
