using System.Globalization;

namespace Mptcp.Lab;

/// <summary>What an interface has carried since it was made, headers included (/proc/net/dev).</summary>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="SentPackets">Packets sent.</param>
public sealed record InterfaceCounters(long ReceivedBytes, long ReceivedPackets, long SentBytes, long SentPackets)
{
    /// <summary>Reads the counters of one interface of the calling thread's network namespace.</summary>
    internal static InterfaceCounters Read(string interfaceName)
    {
        foreach (var line in File.ReadLines("/proc/thread-self/net/dev"))
        {
            // "  path1: RX-BYTES RX-PACKETS and six more, TX-BYTES TX-PACKETS and six more"
            if (line.Split(':') is [var name, var numbers] && name.Trim() == interfaceName)
            {
                var fields = numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                return new InterfaceCounters(Number(fields[0]), Number(fields[1]), Number(fields[8]), Number(fields[9]));
            }
        }

        throw new InvalidOperationException($"there is no interface '{interfaceName}'");
    }

    static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
