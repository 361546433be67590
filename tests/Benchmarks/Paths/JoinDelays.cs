using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>
/// Reads from what a client's interfaces carried how long each of its connections waited for its second subflow. It begins with the first
/// segment of Multipath TCP that comes after the SYN-ACK, which the server sends as soon as it has data to acknowledge: the client's kernel
/// takes the connection for established with it, and says so from within it. It ends with the SYN of the MP_JOIN, which has the server's
/// token; the SYN-ACK had the key that the token is made of.
/// </summary>
internal static class JoinDelays
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <summary>How long each took, in microseconds, in the order of the SYNs.</summary>
    public static List<double> Read(IEnumerable<CapturedPacket> packets)
    {
        var begun = new Dictionary<IPEndPoint, uint>();
        var established = new Dictionary<uint, long>();
        var delays = new List<double>();
        foreach (var packet in packets)
        {
            if (MptcpSegment.Read(packet.Bytes) is not { IsMultipath: true } segment)
                continue;
            switch (segment)
            {
                case { IsSyn: true, IsAck: true, Key.IsEmpty: false } when !packet.IsOutgoing:
                    begun[segment.Destination] = TokenOf(segment.Key.Span);
                    break;
                case { IsSyn: false } when !packet.IsOutgoing && begun.Remove(segment.Destination, out var token):
                    established[token] = packet.Nanoseconds;
                    break;
                case { JoinToken: { } token } when packet.IsOutgoing && established.Remove(token, out var moment):
                    delays.Add((packet.Nanoseconds - moment) / NanosecondsPerMicrosecond);
                    break;
            }
        }

        return delays;
    }

    // RFC 8684, section 3.2.
    private static uint TokenOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(key));
}
