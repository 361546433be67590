using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.SocketDiagnosticsHeaders;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>Reads the sockets of answers: <c>struct inet_diag_msg</c> and the attributes behind it.</summary>
/// <param name="extensions">What was asked for; the kernel may send more, which is not read.</param>
/// <param name="addresses">Keeps the addresses of a host from being made again for each socket.</param>
internal sealed class SocketCodec(SocketExtensions extensions, AddressCache addresses)
{
    private string? _congestionControl;

    public MptcpSocket ReadMptcp(ReadOnlySpan<byte> payload)
    {
        var fixedPart = FixedPart(payload);
        var common = new CommonAttributes();
        MptcpInfo? info = null;
        var attributes = new AttributeReader(payload[INET_DIAG_MSG_LENGTH..], "socket", ReplyName);
        while (attributes.MoveNext())
        {
            if (attributes.Type == INET_DIAG_INFO)
                info = Wants(SocketExtensions.Info) ? MptcpInfoCodec.Read(attributes.Value) : null;
            else
                common.Read(attributes);
        }

        var (local, remote) = ReadEnds(fixedPart);
        return new MptcpSocket(Cookie(fixedPart), local, remote, State(fixedPart), UserId(fixedPart), Inode(fixedPart))
        {
            Family = Family(fixedPart),
            InterfaceIndex = InterfaceIndex(fixedPart),
            Timer = Timer(fixedPart),
            TimerExpires = TimerExpires(fixedPart),
            TimerRetries = fixedPart[3],
            ReceiveQueue = ReceiveQueue(fixedPart),
            SendQueue = SendQueue(fixedPart),
            Memory = common.Memory,
            Buffers = common.Buffers,
            TypeOfService = common.TypeOfService,
            TrafficClass = common.TrafficClass,
            ClassId = common.ClassId,
            CgroupId = common.CgroupId,
            Mark = common.Mark,
            Settings = common.Settings,
            Shutdown = common.Shutdown,
            IPv6Only = common.IPv6Only,
            Info = info,
        };
    }

    public TcpSocket ReadTcp(ReadOnlySpan<byte> payload)
    {
        var fixedPart = FixedPart(payload);
        var common = new CommonAttributes();
        TcpInfo? info = null;
        VegasInfo? vegas = null;
        BbrInfo? bbr = null;
        DctcpInfo? dctcp = null;
        string? congestionControl = null;
        (string? Name, SubflowInfo? Subflow) upperLayer = default;
        var attributes = new AttributeReader(payload[INET_DIAG_MSG_LENGTH..], "socket", ReplyName);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case INET_DIAG_INFO:
                    // An empty one stands for sockets that have none.
                    if (Wants(SocketExtensions.Info) && !attributes.Value.IsEmpty)
                        info = TcpInfoCodec.Read(attributes.Value);
                    break;
                case INET_DIAG_ULP_INFO:
                    if (Wants(SocketExtensions.Subflow))
                        upperLayer = SubflowCodec.ReadUpperLayer(attributes.ReadNested(UpperLayerName));
                    break;
                case INET_DIAG_CONG: congestionControl = CongestionControl(attributes); break;
                case INET_DIAG_VEGASINFO: vegas = CongestionCodec.ReadVegas(attributes.Value); break;
                case INET_DIAG_BBRINFO: bbr = CongestionCodec.ReadBbr(attributes.Value); break;
                case INET_DIAG_DCTCPINFO: dctcp = CongestionCodec.ReadDctcp(attributes.Value); break;
                default: common.Read(attributes); break;
            }
        }

        var (local, remote) = ReadEnds(fixedPart);
        return new TcpSocket(Cookie(fixedPart), local, remote, State(fixedPart), UserId(fixedPart), Inode(fixedPart))
        {
            Family = Family(fixedPart),
            InterfaceIndex = InterfaceIndex(fixedPart),
            Timer = Timer(fixedPart),
            TimerExpires = TimerExpires(fixedPart),
            TimerRetries = fixedPart[3],
            ReceiveQueue = ReceiveQueue(fixedPart),
            SendQueue = SendQueue(fixedPart),
            Memory = common.Memory,
            Buffers = common.Buffers,
            TypeOfService = common.TypeOfService,
            TrafficClass = common.TrafficClass,
            ClassId = common.ClassId,
            CgroupId = common.CgroupId,
            Mark = common.Mark,
            Settings = common.Settings,
            Shutdown = common.Shutdown,
            IPv6Only = common.IPv6Only,
            Info = info,
            CongestionControl = congestionControl,
            Vegas = vegas,
            Bbr = bbr,
            Dctcp = dctcp,
            UpperLayer = upperLayer.Name,
            Subflow = upperLayer.Subflow,
        };
    }

    private bool Wants(SocketExtensions extension) => (extensions & extension) != 0;

    // Most sockets of a host have one algorithm: its name is made into text once.
    private string CongestionControl(AttributeReader attribute)
    {
        var name = attribute.Value.TrimEnd((byte)0);
        if (_congestionControl is null || !Ascii.Equals(name, _congestionControl))
            _congestionControl = attribute.ReadString();
        return _congestionControl;
    }

    // struct inet_diag_msg: family, state, timer and retransmits (1 byte each), then struct inet_diag_sockid: ports (big-endian),
    // addresses (16 bytes each), interface, cookie; then expiry, queues, user and inode.
    private static ReadOnlySpan<byte> FixedPart(ReadOnlySpan<byte> payload) => payload.Length >= INET_DIAG_MSG_LENGTH
        ? payload[..INET_DIAG_MSG_LENGTH]
        : throw new NetlinkFormatException($"socket: expected {INET_DIAG_MSG_LENGTH} bytes, got {payload.Length}");

    private (IPEndPoint Local, IPEndPoint Remote) ReadEnds(ReadOnlySpan<byte> fixedPart)
    {
        var length = fixedPart[0] == AF_INET ? 4 : 16;
        return (
            new IPEndPoint(addresses.Read(fixedPart.Slice(8, length)), BinaryPrimitives.ReadUInt16BigEndian(fixedPart[4..])),
            new IPEndPoint(addresses.Read(fixedPart.Slice(24, length)), BinaryPrimitives.ReadUInt16BigEndian(fixedPart[6..])));
    }

    private static AddressFamily Family(ReadOnlySpan<byte> fixedPart)
        => fixedPart[0] == AF_INET ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    private static SocketState State(ReadOnlySpan<byte> fixedPart) => (SocketState)fixedPart[1];

    private static SocketTimer Timer(ReadOnlySpan<byte> fixedPart) => (SocketTimer)fixedPart[2];

    private static int? InterfaceIndex(ReadOnlySpan<byte> fixedPart)
        => BinaryPrimitives.ReadInt32LittleEndian(fixedPart[40..]) is var index and not 0 ? index : null;

    private static ulong Cookie(ReadOnlySpan<byte> fixedPart) => BinaryPrimitives.ReadUInt64LittleEndian(fixedPart[44..]);

    private static TimeSpan TimerExpires(ReadOnlySpan<byte> fixedPart)
        => new(BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[52..]) * TimeSpan.TicksPerMillisecond);

    private static uint ReceiveQueue(ReadOnlySpan<byte> fixedPart) => BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[56..]);

    private static uint SendQueue(ReadOnlySpan<byte> fixedPart) => BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[60..]);

    private static uint UserId(ReadOnlySpan<byte> fixedPart) => BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[64..]);

    private static uint Inode(ReadOnlySpan<byte> fixedPart) => BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[68..]);
}
