using System.Net;
using System.Net.Sockets;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Native.Diagnostics;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sockets;

/// <summary>The sockets of one list as answers show them. Thousands have a few addresses and interfaces, whose text is made once.</summary>
/// <param name="interfaceName">Finds the name of an interface by its index; empty when it is gone.</param>
internal sealed class SocketMapper(Func<int, string> interfaceName)
{
    private readonly Dictionary<IPAddress, string> _addresses = [];
    private readonly Dictionary<int, string> _interfaces = [];

    public Proto.SocketInfo ToProto(MptcpSocket socket)
    {
        var message = Common(socket, Proto.SocketProtocol.Mptcp);
        message.Ending = socket.IsEnding;
        message.MptcpInfo = socket.Info is { } info ? SocketMapping.ToProto(info) : null;
        return message;
    }

    public Proto.SocketInfo ToProto(TcpSocket socket)
    {
        var message = Common(socket, Proto.SocketProtocol.Tcp);
        message.TcpInfo = socket.Info is { } info ? SocketMapping.ToProto(info) : null;
        message.CongestionControl = socket.CongestionControl ?? "";
        message.Vegas = SocketMapping.ToProto(socket.Vegas);
        message.Bbr = SocketMapping.ToProto(socket.Bbr);
        message.Dctcp = SocketMapping.ToProto(socket.Dctcp);
        message.UpperLayer = socket.UpperLayer ?? "";
        message.Subflow = socket.Subflow is { } subflow ? SocketMapping.ToProto(subflow) : null;
        return message;
    }

    private Proto.SocketInfo Common(InternetSocket socket, Proto.SocketProtocol protocol)
    {
        var message = new Proto.SocketInfo
        {
            Protocol = protocol,
            Cookie = socket.Cookie,
            Family = socket.Family == AddressFamily.InterNetwork ? Proto.SocketFamily.Ipv4 : Proto.SocketFamily.Ipv6,
            Local = End(socket.Local),
            Remote = End(socket.Remote),
            State = SocketMapping.ToProto(socket.State),
            Uid = socket.UserId,
            Inode = socket.Inode,
            InterfaceIndex = socket.InterfaceIndex ?? 0,
            Interface = socket.InterfaceIndex is { } index ? Interface(index) : "",
            Timer = SocketMapping.ToProto(socket.Timer),
            TimerExpires = socket.Timer == SocketTimer.None ? null : Duration.FromTimeSpan(socket.TimerExpires),
            TimerRetries = socket.TimerRetries,
            ReceiveQueue = socket.ReceiveQueue,
            SendQueue = socket.SendQueue,
            Memory = SocketMapping.ToProto(socket.Memory),
            Buffers = SocketMapping.ToProto(socket.Buffers),
            Shutdown = SocketMapping.ToProto(socket.Shutdown),
        };
        if (socket.TypeOfService is { } typeOfService)
            message.TypeOfService = typeOfService;
        if (socket.TrafficClass is { } trafficClass)
            message.TrafficClass = trafficClass;
        if (socket.ClassId is { } classId)
            message.ClassId = classId;
        if (socket.CgroupId is { } cgroupId)
            message.CgroupId = cgroupId;
        if (socket.Mark is { } mark)
            message.Mark = mark;
        if (socket.IPv6Only is { } ipv6Only)
            message.Ipv6Only = ipv6Only;
        if (socket.Settings is { } settings)
            Add((message.Settings = new Proto.SocketSettings()).Enabled, settings);
        return message;
    }

    // The contract numbers settings as the kernel's bits, from 1 on.
    private static void Add(RepeatedField<Proto.SocketSetting> message, SocketSettings settings)
    {
        for (var setting = Proto.SocketSetting.ReceiveErrors; setting <= Proto.SocketSetting.DeferConnect; setting++)
        {
            if (((int)settings & 1 << (int)setting - 1) != 0)
                message.Add(setting);
        }
    }

    private Proto.SocketAddress End(IPEndPoint end)
    {
        if (!_addresses.TryGetValue(end.Address, out var text))
            _addresses.Add(end.Address, text = AddressMapping.ToText(end.Address));
        return new Proto.SocketAddress { Address = text, Port = (uint)end.Port };
    }

    private string Interface(int index)
    {
        if (!_interfaces.TryGetValue(index, out var name))
            _interfaces.Add(index, name = interfaceName(index));
        return name;
    }
}
