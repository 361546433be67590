using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.ControlPlane.Demo;

/// <summary>One subflow, as the application's own socket tells of it: a part of struct tcp_info (linux/tcp.h).</summary>
/// <param name="Local">Its address and port on this host; IPv4, as all of the demo.</param>
/// <param name="IsEstablished">Whether its TCP state is ESTABLISHED.</param>
/// <param name="CongestionWindow">How many segments it may have in flight.</param>
/// <param name="BytesAcknowledged">How many bytes the other end has confirmed.</param>
sealed record SubflowInfo(IPEndPoint Local, bool IsEstablished, uint CongestionWindow, long BytesAcknowledged)
{
    // linux/mptcp.h
    const int SolMptcp = 284;
    const int TcpInfo = 2; // MPTCP_TCPINFO
    const int SubflowAddresses = 3; // MPTCP_SUBFLOW_ADDRS

    const int HeaderSize = 16; // struct mptcp_subflow_data
    const int MostSubflows = 8;

    // Two struct sockaddr_storage; of struct tcp_info, whose later fields are not asked for, as much.
    const int EntrySize = 256;

    const byte Established = 1; // TCP_ESTABLISHED, net/tcp_states.h

    /// <summary>Reads the subflows of a connection, the initial one first while it lives.</summary>
    public static IReadOnlyList<SubflowInfo> Read(Socket connection)
    {
        var (addresses, infos) = (ReadArray(connection, SubflowAddresses), ReadArray(connection, TcpInfo));
        return [.. addresses.Zip(infos, (address, info) => Decode(address, info))];
    }

    /// <summary>The facts that differ between subflows.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BytesAcknowledged / 1e6,4:0.0} MB acked, cwnd {CongestionWindow,3}");

    static SubflowInfo Decode(byte[] address, byte[] info) => new(
        new IPEndPoint(new IPAddress(address.AsSpan(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address.AsSpan(2))),
        info[0] == Established,
        BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(80)), // tcpi_snd_cwnd
        BinaryPrimitives.ReadInt64LittleEndian(info.AsSpan(120))); // tcpi_bytes_acked

    /// <summary>Reads an option whose value is a header followed by an entry for each subflow.</summary>
    static byte[][] ReadArray(Socket connection, int option)
    {
        var value = new byte[HeaderSize + (MostSubflows * EntrySize)];
        BinaryPrimitives.WriteInt32LittleEndian(value, HeaderSize); // size_subflow_data
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(12), EntrySize); // size_user
        connection.GetRawSocketOption(SolMptcp, option, value);
        var count = Math.Min(BinaryPrimitives.ReadInt32LittleEndian(value.AsSpan(4)), MostSubflows); // num_subflows
        return [.. Enumerable.Range(0, count).Select(n => value.AsSpan(HeaderSize + (n * EntrySize), EntrySize).ToArray())];
    }
}
