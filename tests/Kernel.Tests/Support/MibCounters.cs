using System.Globalization;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>The kernel's counters of Multipath TCP in a host's namespace (<c>/proc/net/netstat</c>).</summary>
static class MibCounters
{
    // Two lines: "MPTcpExt: NAME NAME …" and "MPTcpExt: NUMBER NUMBER …".
    const string Label = "MPTcpExt:";

    /// <summary>Reads all of them, by their names.</summary>
    public static IReadOnlyDictionary<string, long> Read(LabHost host) => host.Run(() =>
    {
        var lines = File.ReadLines("/proc/thread-self/net/netstat")
            .Where(line => line.StartsWith(Label, StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToArray();
        return lines[0].Zip(lines[1]).Skip(1).ToDictionary(pair => pair.First, pair => long.Parse(pair.Second, CultureInfo.InvariantCulture));
    });
}
