using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Codecs;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.Diagnostics.Bytes;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Diagnostics.Codecs;

public class SocketCodecTests
{
    private const int HeaderLength = 16;
    private const int FixedLength = 72;

    [Fact]
    public void A_subflow_is_read_with_everything_that_the_kernel_told()
    {
        var socket = new SocketCodec(SocketExtensions.All, new AddressCache()).ReadTcp(SubflowBytes.Listed.AsSpan(HeaderLength));
        Assert.Equal(
            new TcpSocket(
                0x405, IPEndPoint.Parse("198.18.2.1:57871"), IPEndPoint.Parse("198.18.1.2:8000"), SocketState.Established, 0, 1188121)
            {
                Family = AddressFamily.InterNetwork,
                Memory = new MemoryUse(0, 0, 0, 0),
                Buffers = new BufferUse(0, 131072, 0, 3939840, 0, 0, 0) { Backlog = 0, Drops = 0 },
                TypeOfService = 0,
                ClassId = 0,
                CgroupId = 1,
                Mark = 0,
                Settings = SocketSettings.ConnectionOriented | SocketSettings.MulticastLoop | SocketSettings.MulticastAll,
                Shutdown = ShutdownDirections.None,
                Info = socket.Info,
                CongestionControl = "bbr",
                Bbr = new BbrInfo(0, TimeSpan.FromMicroseconds(8), 1, 1),
                UpperLayer = "mptcp",
                Subflow = new SubflowInfo(
                    0x3293a3e7, 1, 0,
                    SubflowFlags.RemoteJoin | SubflowFlags.LocalJoin | SubflowFlags.LocalBackup | SubflowFlags.FullyEstablished
                    | SubflowFlags.Connected)
                {
                    RemoteToken = 0xe8e9863d,
                    RelativeWriteSequence = 1,
                    MapSequence = 0xe3c8da8cd882991,
                    MapSubflowSequence = 0,
                    SequenceOffset = 0xcf23bf12,
                    MapLength = 0,
                },
            },
            socket);
    }

    [Fact]
    public void The_state_of_TCP_is_as_the_kernel_told()
    {
        var info = new SocketCodec(SocketExtensions.Info, new AddressCache()).ReadTcp(SubflowBytes.Listed.AsSpan(HeaderLength)).Info!;
        Assert.Equal(
            (SocketState.Established, TcpOptions.Timestamps | TcpOptions.SelectiveAcknowledgements | TcpOptions.WindowScaling),
            (info.State, info.Options));
        Assert.Equal((10, 10, true), (info.SendWindowScale, info.ReceiveWindowScale, info.DeliveryRateApplicationLimited));
        Assert.Equal((TimeSpan.FromMilliseconds(204), TimeSpan.FromMicroseconds(8)), (info.RetransmissionTimeout, info.RoundTripTime));
        Assert.Equal((10u, null, 65536u), (info.CongestionWindow, info.SlowStartThreshold, info.SendWindow));
        Assert.Equal((116961147509u, null), (info.PacingRate, info.MaximumPacingRate));
    }

    [Fact]
    public void A_connection_is_read_with_the_state_of_MPTCP()
    {
        var socket = new SocketCodec(SocketExtensions.All, new AddressCache()).ReadMptcp(MptcpBytes.Connection.AsSpan(HeaderLength));
        Assert.Equal((0x40au, 1188121u), (socket.Cookie, socket.Inode));
        Assert.Equal(
            new MptcpInfo
            {
                AdditionalSubflows = 1,
                SubflowsMaximum = 4,
                AddressesAcceptedMaximum = 4,
                Flags = MptcpInfoFlags.RemoteKeyReceived,
                Token = 0x3293a3e7,
                WriteSequence = 0x234afebbdfba6339,
                SendUnacknowledged = 0x234afebbdfba5781,
                ReceiveNext = 0xe3c8da8cd882991,
                LocalAddressesUsed = 1,
                LocalAddressesMaximum = 1,
                ChecksumEnabled = false,
                Retransmissions = 0,
                BytesRetransmitted = 0,
                BytesSent = 3100,
                BytesReceived = 50,
                BytesAcknowledged = 100,
                SubflowsTotal = 2,
                LaminarEndpointsMaximum = 0,
                SinceDataSent = TimeSpan.Zero,
                SinceDataReceived = TimeSpan.FromMilliseconds(700),
                SinceAcknowledgement = TimeSpan.FromMilliseconds(700),
            },
            socket.Info);
        Assert.Equal(new MemoryUse(0, 3040, 1938, 0), socket.Memory);
    }

    [Fact]
    public void A_listener_of_IPv6_has_what_only_it_has()
    {
        var socket = new SocketCodec(SocketExtensions.All, new AddressCache()).ReadMptcp(MptcpBytes.ListenerIPv6.AsSpan(HeaderLength));
        Assert.Equal((SocketState.Listening, AddressFamily.InterNetworkV6), (socket.State, socket.Family));
        Assert.Equal((false, (byte?)0, 16u), (socket.IPv6Only, socket.TrafficClass, socket.SendQueue));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 0), socket.Remote);
    }

    [Fact]
    public void What_was_not_asked_for_is_not_read_even_when_the_kernel_sends_it()
    {
        var socket = new SocketCodec(SocketExtensions.Subflow, new AddressCache()).ReadTcp(SubflowBytes.Listed.AsSpan(HeaderLength));
        Assert.Null(socket.Info);
        Assert.NotNull(socket.Subflow);
        Assert.Null(new SocketCodec(SocketExtensions.Info, new AddressCache()).ReadTcp(SubflowBytes.Listed.AsSpan(HeaderLength)).Subflow);
    }

    [Fact]
    public void The_fixed_part_is_read_whole()
    {
        var payload = SubflowBytes.Listed[HeaderLength..(HeaderLength + FixedLength)];
        payload[1] = 4;
        payload[2] = 1;
        payload[3] = 3;
        payload[40] = 7;
        payload[53] = 1;
        payload[56] = 5;
        payload[60] = 6;
        var socket = new SocketCodec(SocketExtensions.None, new AddressCache()).ReadTcp(payload);
        Assert.Equal((SocketState.FinWait1, SocketTimer.Retransmission, 3), (socket.State, socket.Timer, socket.TimerRetries));
        Assert.Equal((7, TimeSpan.FromMilliseconds(256)), (socket.InterfaceIndex, socket.TimerExpires));
        Assert.Equal((5u, 6u), (socket.ReceiveQueue, socket.SendQueue));
    }

    [Fact]
    public void A_mapped_address_is_IPv4_and_the_family_says_that_the_socket_is_not()
    {
        var socket = new SocketCodec(SocketExtensions.None, new AddressCache()).ReadMptcp(SocketBytes.FoundMapped.AsSpan(HeaderLength));
        Assert.Equal((AddressFamily.InterNetworkV6, AddressFamily.InterNetwork), (socket.Family, socket.Local.AddressFamily));
    }

    [Fact]
    public void Vegas_and_DCTCP_are_told_apart()
    {
        var fixedPart = SubflowBytes.Listed[HeaderLength..(HeaderLength + FixedLength)];
        var codec = new SocketCodec(SocketExtensions.All, new AddressCache());
        Assert.Equal(
            new VegasInfo(true, 2, TimeSpan.FromMicroseconds(3), TimeSpan.FromMicroseconds(4)),
            codec.ReadTcp([.. fixedPart, .. Attribute(3, Number(1u), Number(2u), Number(3u), Number(4u))]).Vegas);
        Assert.Equal(
            new DctcpInfo(true, 2, 3, 4, 5),
            codec.ReadTcp([.. fixedPart, .. Attribute(9, Number((ushort)1), Number((ushort)2), Number(3u), Number(4u), Number(5u))]).Dctcp);
    }

    [Fact]
    public void Attributes_that_are_not_known_are_passed_over()
    {
        var payload = SubflowBytes.Listed[HeaderLength..];
        Assert.Equal(
            new SocketCodec(SocketExtensions.All, new AddressCache()).ReadTcp(payload),
            new SocketCodec(SocketExtensions.All, new AddressCache()).ReadTcp([.. payload, .. Attribute(99, [1, 2, 3])]));
    }

    [Fact]
    public void An_attribute_of_a_wrong_length_is_named()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => new SocketCodec(SocketExtensions.None, new AddressCache()).ReadTcp(
            [.. SubflowBytes.Listed[HeaderLength..(HeaderLength + FixedLength)], .. Attribute(15, [1, 2])]));
        Assert.Equal("socket: attribute MARK (15): expected 4 bytes, got 2", exception.Message);
    }

    [Fact]
    public void Sockets_with_equal_addresses_share_them()
    {
        var codec = new SocketCodec(SocketExtensions.None, new AddressCache());
        var first = codec.ReadTcp(SubflowBytes.Listed.AsSpan(HeaderLength));
        var second = codec.ReadTcp(SubflowBytes.Listed.AsSpan(HeaderLength));
        Assert.Same(first.Local.Address, second.Local.Address);
        Assert.NotEqual(first.Local.Address, first.Remote.Address);
    }
}
