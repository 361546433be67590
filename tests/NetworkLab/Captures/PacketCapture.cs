using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// Everything that comes to the interfaces of a host and goes from them, with the time that the kernel gave it. The kernel writes it into
/// memory (packet(7), PACKET_RX_RING); nobody wakes up for a packet, so that what is measured is left alone until it is over.
/// </summary>
public sealed unsafe class PacketCapture : IDisposable
{
    const int SolPacket = 263; // linux/socket.h
    const int PacketRxRing = 5; // linux/if_packet.h
    const int PacketStatistics = 6;
    const int PacketVersion = 10;
    const int TpacketV2 = 1;
    const int StatusUser = 1; // TP_STATUS_USER: the frame is written
    const int Outgoing = 4; // PACKET_OUTGOING

    const int FrameSize = 256; // the kernel's own header, and every header of a TCP segment
    const int BlockSize = 1 << 16;

    readonly Socket _socket;
    readonly byte* _ring;
    readonly int _frames;
    bool _disposed;

    PacketCapture(Socket socket, byte* ring, int frames)
    {
        _socket = socket;
        _ring = ring;
        _frames = frames;
    }

    /// <summary>Begins.</summary>
    /// <param name="host">The host.</param>
    /// <param name="packets">How many there may be.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel refuses.</exception>
    /// <exception cref="SocketException">The kernel refuses.</exception>
    public static PacketCapture Start(LabHost host, int packets)
    {
        var blocks = (packets * FrameSize / BlockSize) + 1;
        var frames = blocks * BlockSize / FrameSize;
        var socket = host.Run(Kernel.OpenPacketSocket);
        try
        {
            Set(socket, PacketVersion, TpacketV2);
            Set(socket, PacketRxRing, BlockSize, blocks, FrameSize, frames); // struct tpacket_req
            return new PacketCapture(socket, Kernel.MapShared(socket, blocks * BlockSize), frames);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads what has come and gone until now, from the first packet on.</summary>
    /// <exception cref="InvalidOperationException">There have been more packets than fit.</exception>
    public IReadOnlyList<CapturedPacket> Read()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var packets = new List<CapturedPacket>();
        for (var frame = 0; frame < _frames; frame++)
        {
            var start = _ring + ((long)frame * FrameSize);
            if ((Volatile.Read(ref *(int*)start) & StatusUser) == 0)
                break;
            packets.Add(ReadFrame(new ReadOnlySpan<byte>(start, FrameSize)));
        }

        Span<byte> statistics = stackalloc byte[8]; // struct tpacket_stats: packets, drops
        _socket.GetRawSocketOption(SolPacket, PacketStatistics, statistics);
        return BinaryPrimitives.ReadUInt32LittleEndian(statistics[4..]) is var dropped and not 0
            ? throw new InvalidOperationException($"{dropped} packets more came than the {_frames} that fit into a capture")
            : packets;
    }

    /// <summary>Ends it, and gives its memory back.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Kernel.Unmap(_ring, _frames * FrameSize);
        _socket.Dispose();
    }

    // struct tpacket2_hdr, then struct sockaddr_ll.
    static CapturedPacket ReadFrame(ReadOnlySpan<byte> frame)
    {
        var (kept, network) = (Number(frame, 8), MemoryMarshal.Read<ushort>(frame[14..]));
        var link = MemoryMarshal.Read<ushort>(frame[12..]);
        var (seconds, nanoseconds) = ((uint)Number(frame, 16), Number(frame, 20));
        return new CapturedPacket(
            (seconds * 1_000_000_000L) + nanoseconds,
            InterfaceIndex: Number(frame, 36),
            IsOutgoing: frame[42] == Outgoing,
            frame[network..(link + kept)].ToArray());
    }

    static int Number(ReadOnlySpan<byte> frame, int offset) => MemoryMarshal.Read<int>(frame[offset..]);

    static void Set(Socket socket, int option, params ReadOnlySpan<int> values) =>
        socket.SetRawSocketOption(SolPacket, option, MemoryMarshal.AsBytes(values));
}
