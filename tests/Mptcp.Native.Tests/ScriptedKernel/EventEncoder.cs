using System.Net;
using System.Net.Sockets;
using Mptcp.Native.PathManagement;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.ScriptedKernel;

/// <summary>Writes events with the attributes, and in the order, that a kernel writes them (net/mptcp/pm_netlink.c).</summary>
internal static class EventEncoder
{
    /// <summary>A whole datagram with one event.</summary>
    public static byte[] Encode(PathManagerEvent @event, ushort family = 28)
        => Message(family, 0, 0, GenericHeader((byte)@event.Type), Attributes(@event));

    /// <summary>What a kernel would have to say for a record; the others of a type are left out.</summary>
    private static byte[] Attributes(PathManagerEvent @event) => @event.Type switch
    {
        PathManagerEventType.ConnectionCreated or PathManagerEventType.ConnectionEstablished
            => Join(Token(@event), Side(@event), Tuple(@event), Ids(@event)),
        PathManagerEventType.AddressAnnounced
            => Join(Token(@event), Number(4, @event.RemoteId), Port(10, @event.Remote), Address(7, @event.Remote)),
        PathManagerEventType.AddressRemoved
            => Join(Token(@event), Number(4, @event.RemoteId)),
        PathManagerEventType.ListenerCreated or PathManagerEventType.ListenerClosed
            => Join(Family(@event.Local), Port(9, @event.Local), Address(5, @event.Local)),
        PathManagerEventType.ConnectionClosed
            => Token(@event),
        _ => Join(Token(@event), Tuple(@event), Ids(@event), Subflow(@event)),
    };

    private static byte[] Token(PathManagerEvent @event) => Number(1, @event.Token);

    private static byte[] Side(PathManagerEvent @event)
    {
        var flags = (ushort)((@event.DenyJoinInitialAddress ? 1 : 0) | (@event.ServerSide ? 2 : 0));
        return Join(
            @event.ServerSide ? Attribute(18, [1]) : [],
            flags == 0 ? [] : Attribute(13, KernelMessages.Number(flags)));
    }

    private static byte[] Tuple(PathManagerEvent @event) => Join(
        Family(@event.Local), Address(5, @event.Local), Address(7, @event.Remote), Port(9, @event.Local), Port(10, @event.Remote));

    private static byte[] Ids(PathManagerEvent @event) => Join(Number(3, @event.LocalId), Number(4, @event.RemoteId));

    private static byte[] Subflow(PathManagerEvent @event) => Join(
        @event.Backup is { } backup ? Attribute(11, [(byte)(backup ? 1 : 0)]) : [],
        Number(15, (uint?)@event.InterfaceIndex),
        @event.Error is { } error ? Attribute(12, [(byte)error.Number]) : [],
        Number(16, @event.ResetReason),
        Number(17, @event.ResetFlags));

    private static byte[] Family(IPEndPoint? end)
        => end is null ? [] : Attribute(2, KernelMessages.Number((ushort)(IsIPv4(end) ? 2 : 10)));

    // An IPv6 address has the type after that of an IPv4 address.
    private static byte[] Address(ushort type, IPEndPoint? end)
        => end is null ? [] : Attribute((ushort)(IsIPv4(end) ? type : type + 1), end.Address.GetAddressBytes());

    private static byte[] Port(ushort type, IPEndPoint? end)
        => end is null ? [] : Attribute(type, NumberBigEndian((ushort)end.Port));

    private static byte[] Number(ushort type, uint? value) => value is { } number ? Attribute(type, KernelMessages.Number(number)) : [];

    private static byte[] Number(ushort type, byte? value) => value is { } number ? Attribute(type, [number]) : [];

    private static bool IsIPv4(IPEndPoint end) => end.AddressFamily == AddressFamily.InterNetwork;
}
