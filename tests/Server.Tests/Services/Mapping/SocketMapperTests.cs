using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Mapping.Sockets;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Duration = Google.Protobuf.WellKnownTypes.Duration;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping;

public sealed class SocketMapperTests
{
    private static readonly IPEndPoint End = new(IPAddress.Parse("198.18.0.1"), 80);

    // Properties that the contract names otherwise, or says in a message of its own; a test below holds each of them.
    private static readonly Dictionary<string, object> Others = new()
    {
        [nameof(InternetSocket.Local)] = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 443),
        [nameof(InternetSocket.Remote)] = new IPEndPoint(IPAddress.Parse("2001:db8::2"), 40000),
        [nameof(InternetSocket.State)] = SocketState.LastAck,
        [nameof(InternetSocket.UserId)] = 1000u,
        [nameof(InternetSocket.Family)] = AddressFamily.InterNetworkV6,
        [nameof(InternetSocket.InterfaceIndex)] = 3,
        [nameof(InternetSocket.Timer)] = SocketTimer.KeepAlive,
        [nameof(InternetSocket.Memory)] = new MemoryUse(1, 2, 3, 4),
        [nameof(InternetSocket.Buffers)] = new BufferUse(1, 2, 3, 4, 5, 6, 7),
        [nameof(InternetSocket.Settings)] = SocketSettings.FreeBind,
        [nameof(InternetSocket.Shutdown)] = ShutdownDirections.Receive,
        [nameof(InternetSocket.IPv6Only)] = false,
        [nameof(MptcpSocket.Info)] = null!,
        [nameof(TcpSocket.CongestionControl)] = "cubic",
        [nameof(TcpSocket.Vegas)] = new VegasInfo(true, 2, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(4)),
        [nameof(TcpSocket.Bbr)] = new BbrInfo(1, TimeSpan.FromMilliseconds(2), 3, 4),
        [nameof(TcpSocket.Dctcp)] = new DctcpInfo(true, 1, 2, 3, 4),
        [nameof(TcpSocket.UpperLayer)] = "tls",
        [nameof(TcpSocket.Subflow)] = new SubflowInfo(1, 2, 3, SubflowFlags.Connected),
    };

    public static TheoryData<string> FieldsOfMptcp => [.. FieldMapping.Names(typeof(MptcpSocket)).Where(name => name != "IsEnding")];

    public static TheoryData<string> FieldsOfTcp => [.. FieldMapping.Names(typeof(TcpSocket))];

    public static TheoryData<Type, string> FieldsOfParts => new(
        new[] { typeof(MemoryUse), typeof(BufferUse), typeof(VegasInfo), typeof(BbrInfo), typeof(DctcpInfo), typeof(SubflowInfo) }
            .SelectMany(type => FieldMapping.Names(type).Where(name => name != nameof(SubflowInfo.Flags)).Select(name => (type, name))));

    [Theory]
    [MemberData(nameof(FieldsOfMptcp))]
    public void A_field_of_an_mptcp_socket_is_not_left_out(string name)
        => AssertMapped(new MptcpSocket(1, End, End, SocketState.Established, 0, 5), name, Mapper().ToProto, new MptcpInfo { Token = 1 });

    [Theory]
    [MemberData(nameof(FieldsOfTcp))]
    public void A_field_of_a_tcp_socket_is_not_left_out(string name)
        => AssertMapped(new TcpSocket(1, End, End, SocketState.Established, 0, 5), name, Mapper().ToProto, new TcpInfo { Lost = 1 });

    [Theory]
    [MemberData(nameof(FieldsOfParts))]
    public void A_field_of_a_part_stands_in_the_field_of_its_name_and_in_no_other(Type type, string name)
    {
        switch (type.Name)
        {
            case nameof(MemoryUse): FieldMapping.Assert(new MemoryUse(0, 0, 0, 0), name, part => SocketMapping.ToProto(part)!); break;
            case nameof(BufferUse): FieldMapping.Assert(new BufferUse(0, 0, 0, 0, 0, 0, 0), name, part => SocketMapping.ToProto(part)!); break;
            case nameof(VegasInfo): FieldMapping.Assert(new VegasInfo(false, 0, default, default), name, part => SocketMapping.ToProto(part)!); break;
            case nameof(BbrInfo): FieldMapping.Assert(new BbrInfo(0, null, 0, 0), name, part => SocketMapping.ToProto(part)!); break;
            case nameof(DctcpInfo): FieldMapping.Assert(new DctcpInfo(false, 0, 0, 0, 0), name, part => SocketMapping.ToProto(part)!); break;
            default: FieldMapping.Assert(new SubflowInfo(0, 0, 0, SubflowFlags.None), name, SocketMapping.ToProto); break;
        }
    }

    [Fact]
    public void What_stands_elsewhere_stands_there_right()
    {
        var message = Mapper().ToProto(new TcpSocket(
            7, (IPEndPoint)Others["Local"], new IPEndPoint(IPAddress.Parse("198.18.0.2"), 5), SocketState.LastAck, 1000, 5)
        {
            InterfaceIndex = 3,
            Timer = SocketTimer.KeepAlive,
            TimerExpires = TimeSpan.FromSeconds(2),
            Settings = SocketSettings.FreeBind | SocketSettings.DeferConnect,
            Shutdown = ShutdownDirections.Receive | ShutdownDirections.Send,
            IPv6Only = false,
        });

        Assert.Equal(
            new Proto.SocketInfo
            {
                Protocol = Proto.SocketProtocol.Tcp,
                Cookie = 7,
                Family = Proto.SocketFamily.Ipv6,
                Local = new() { Address = "2001:db8::1", Port = 443 },
                Remote = new() { Address = "198.18.0.2", Port = 5 },
                State = Proto.SocketState.LastAck,
                Uid = 1000,
                Inode = 5,
                InterfaceIndex = 3,
                Interface = "if3",
                Timer = Proto.SocketTimer.KeepAlive,
                TimerExpires = new Duration { Seconds = 2 },
                Settings = new() { Enabled = { Proto.SocketSetting.FreeBind, Proto.SocketSetting.DeferConnect } },
                Shutdown = Proto.ShutdownDirections.Both,
                Ipv6Only = false,
            },
            message);
        Assert.True(message.HasIpv6Only);
    }

    [Fact]
    public void A_connection_whose_application_has_closed_it_is_ending()
    {
        Assert.True(Mapper().ToProto(new MptcpSocket(1, End, End, SocketState.FinWait2, 0, Inode: 0)).Ending);
        Assert.False(Mapper().ToProto(new MptcpSocket(1, End, End, SocketState.FinWait2, 0, Inode: 1)).Ending);
    }

    [Fact]
    public void Names_of_bits_are_those_of_the_kernels_bits()
    {
        foreach (var setting in Enum.GetValues<SocketSettings>().Where(one => one != 0))
        {
            var socket = new TcpSocket(1, End, End, SocketState.Established, 0, 5) { Settings = setting };
            Assert.Equal([setting.ToString()], Mapper().ToProto(socket).Settings.Enabled.Select(one => one.ToString()));
        }

        foreach (var flag in Enum.GetValues<SubflowFlags>().Where(one => one != 0))
            Assert.Equal([flag.ToString()], SocketMapping.ToProto(new SubflowInfo(1, 0, 0, flag)).Flags.Select(one => one.ToString()));
        foreach (var timer in Enum.GetValues<SocketTimer>().Where(one => one != SocketTimer.None))
            Assert.Equal(timer.ToString(), SocketMapping.ToProto(timer).ToString());
        Assert.Equal(Proto.SocketTimer.Unspecified, SocketMapping.ToProto((SocketTimer)5));
    }

    private static SocketMapper Mapper() => new(index => $"if{index}");

    private static void AssertMapped<T>(T socket, string name, Func<T, Proto.SocketInfo> toProto, object info)
        where T : InternetSocket
    {
        if (name == nameof(InternetSocket.TimerExpires))
            typeof(T).GetProperty(nameof(InternetSocket.Timer))!.SetValue(socket, SocketTimer.Retransmission);
        if (!Others.TryGetValue(name, out var value))
        {
            FieldMapping.Assert(socket, name, toProto);
            return;
        }

        var before = toProto(socket);
        typeof(T).GetProperty(name)!.SetValue(socket, value ?? info);
        // The bytes, for messages are equal whether a 0 is said or not.
        Assert.NotEqual(before.ToByteString(), toProto(socket).ToByteString());
    }
}
