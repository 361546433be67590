using System.Globalization;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>What the kernel of a host has counted of subflows.</summary>
internal static class JoinCounter
{
    private const string Group = "MPTcpExt:";

    // "MPTcpExt: NAME NAME …", then "MPTcpExt: NUMBER NUMBER …"
    private const string Counter = "MPJoinAckRx";

    /// <summary>How many subflows others have joined to its connections, their handshakes ended.</summary>
    public static long ReadJoined(LabHost host)
    {
        var lines = host.Run(() => File.ReadAllLines("/proc/thread-self/net/netstat"))
            .Where(line => line.StartsWith(Group, StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToArray();
        return long.Parse(lines[1][Array.IndexOf(lines[0], Counter)], CultureInfo.InvariantCulture);
    }
}
