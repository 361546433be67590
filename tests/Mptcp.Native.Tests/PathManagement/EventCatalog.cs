using System.Net;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.PathManagement.Bytes;
using static Mptcp.Native.PathManagement.PathManagerEventType;

namespace Mptcp.Native.Tests.PathManagement;

/// <summary>Every event that was captured, with what it says.</summary>
internal static class EventCatalog
{
    private const uint Client = 0x3b54798d, Server = 0x81378a3a, ClientIPv6 = 0xa2846b1e, ServerIPv6 = 0x432b6fb2;

    /// <summary>Events whose bytes can be told from what they say.</summary>
    public static readonly IReadOnlyDictionary<string, (byte[] Bytes, PathManagerEvent Event)> Events =
        new Dictionary<string, (byte[] Bytes, PathManagerEvent Event)>
        {
            ["created, client"] = (ConnectionEvents.CreatedAtTheClient,
                Connection(ConnectionCreated, Client, "198.18.1.1:40000", "198.18.1.2:8000")),
            ["created, server"] = (ConnectionEvents.CreatedAtTheServer,
                Connection(ConnectionCreated, Server, "198.18.1.2:8000", "198.18.1.1:40000") with { ServerSide = true }),
            ["created, client, IPv6"] = (ConnectionEvents.CreatedAtTheClientIPv6,
                Connection(ConnectionCreated, ClientIPv6, "[2001:db8::1]:40000", "[2001:db8::2]:8000")),
            ["created, server, IPv6"] = (ConnectionEvents.CreatedAtTheServerIPv6,
                Connection(ConnectionCreated, ServerIPv6, "[2001:db8::2]:8000", "[2001:db8::1]:40000") with { ServerSide = true }),
            ["established, server"] = (EstablishedEvents.AtTheServer,
                Connection(ConnectionEstablished, Server, "198.18.1.2:8000", "198.18.1.1:40000") with { ServerSide = true }),
            ["established, client, IPv6"] = (EstablishedEvents.AtTheClientIPv6,
                Connection(ConnectionEstablished, ClientIPv6, "[2001:db8::1]:40000", "[2001:db8::2]:8000")),
            ["established, joins denied by the peer"] = (EstablishedEvents.WhereThePeerDeniesJoins,
                Connection(ConnectionEstablished, 0xa23db82c, "198.18.1.1:42002", "198.18.1.2:8000") with
                {
                    DenyJoinInitialAddress = true,
                }),
            ["established, server, joins denied by both"] = (EstablishedEvents.WhereBothDenyJoins,
                Connection(ConnectionEstablished, 0x6f68bd45, "198.18.1.2:8000", "198.18.1.1:42002") with
                {
                    DenyJoinInitialAddress = true,
                    ServerSide = true,
                }),
            ["closed"] = (ConnectionEvents.Closed, new(ConnectionClosed) { Token = Client }),

            ["announced"] = (AddressEvents.Announced, Announcement(Client, 5, "198.18.1.4:8000")),
            ["announced with a port"] = (AddressEvents.AnnouncedWithPort, Announcement(Client, 6, "198.18.1.5:8100")),
            ["announced, IPv6"] = (AddressEvents.AnnouncedIPv6, Announcement(ClientIPv6, 5, "[2001:db8::4]:8000")),
            ["removed"] = (AddressEvents.Removed, new(AddressRemoved) { Token = Client, RemoteId = 6 }),
            ["removed, initial address"] = (AddressEvents.RemovedInitialAddress, new(AddressRemoved) { Token = Server, RemoteId = 0 }),

            ["subflow established"] = (SubflowEvents.Established,
                Subflow(SubflowEstablished, Client, "198.18.1.3:41000", "198.18.1.2:8000", 3, 0)),
            ["subflow established, IPv6"] = (SubflowEvents.EstablishedIPv6,
                Subflow(SubflowEstablished, ClientIPv6, "[2001:db8::3]:41000", "[2001:db8::2]:8000", 3, 0)),
            ["subflow established on an interface"] = (SubflowEvents.EstablishedOnAnInterface,
                Subflow(SubflowEstablished, Client, "198.18.1.5:41001", "198.18.1.2:8000", 4, 0) with { InterfaceIndex = 1 }),
            ["subflow established, backup of the peer, IPv6"] = (SubflowEvents.EstablishedAsTheBackupOfThePeer,
                Subflow(SubflowEstablished, ServerIPv6, "[2001:db8::2]:8000", "[2001:db8::5]:41001", 0, 4) with { Backup = true }),
            ["subflow became a backup"] = (SubflowEvents.BecameABackup,
                Subflow(SubflowPriority, Server, "198.18.1.2:8000", "198.18.1.3:41000", 0, 3) with { Backup = true }),
            ["subflow became regular, IPv6"] = (SubflowEvents.BecameRegularIPv6,
                Subflow(SubflowPriority, ServerIPv6, "[2001:db8::2]:8000", "[2001:db8::3]:41000", 0, 3)),
            ["subflow destroyed"] = (SubflowClosedEvents.Destroyed,
                Subflow(SubflowClosed, Client, "198.18.1.3:41000", "198.18.1.2:8000", 3, 0)),
            ["subflow refused"] = (SubflowClosedEvents.Refused,
                Subflow(SubflowClosed, Client, "198.18.1.3:41002", "198.18.1.2:8999", 8, 0) with { Error = new Errno(111) }),
            ["subflow refused, IPv6"] = (SubflowClosedEvents.RefusedIPv6,
                Subflow(SubflowClosed, ClientIPv6, "[2001:db8::3]:41002", "[2001:db8::2]:8999", 8, 0) with { Error = new Errno(111) }),
            ["subflow reset"] = (SubflowClosedEvents.Reset,
                Subflow(SubflowClosed, 0x72467906, "198.18.1.3:41900", "198.18.1.2:8000", 9, 0) with
                {
                    InterfaceIndex = 1,
                    Error = new Errno(104),
                    ResetReason = 0,
                    ResetFlags = 0,
                }),
            ["subflow reset, IPv6"] = (SubflowClosedEvents.ResetIPv6,
                Subflow(SubflowClosed, 0x4bc62cae, "[2001:db8::3]:41900", "[2001:db8::2]:8000", 9, 0) with
                {
                    Error = new Errno(104),
                    ResetReason = 0,
                    ResetFlags = 0,
                }),
            ["subflow aborted"] = (SubflowClosedEvents.Aborted,
                Subflow(SubflowClosed, 0x252de971, "198.18.1.2:8000", "198.18.1.3:41900", 0, 9) with { Error = new Errno(103) }),

            ["listener created"] = (ListenerEvents.Created, Listener(ListenerCreated, "198.18.1.2:8000")),
            ["listener created, IPv6"] = (ListenerEvents.CreatedIPv6, Listener(ListenerCreated, "[2001:db8::2]:8000")),
            ["listener created at any address"] = (ListenerEvents.CreatedAtAnyAddress, Listener(ListenerCreated, "[::]:8000")),
            ["listener closed"] = (ListenerEvents.Closed, Listener(ListenerClosed, "198.18.1.2:8000")),
            ["listener closed, IPv6"] = (ListenerEvents.ClosedIPv6, Listener(ListenerClosed, "[2001:db8::2]:8000")),
        };

    /// <summary>Events of IPv6 sockets over IPv4: their addresses are mapped, and what they say does not tell that any more.</summary>
    public static readonly IReadOnlyDictionary<string, (byte[] Bytes, PathManagerEvent Event)> MappedEvents =
        new Dictionary<string, (byte[] Bytes, PathManagerEvent Event)>
        {
            ["established"] = (EstablishedEvents.WithMappedAddresses,
                Connection(ConnectionEstablished, 0x43543093, "198.18.1.2:8000", "198.18.1.1:42000") with { ServerSide = true }),
            ["subflow established"] = (SubflowEvents.EstablishedWithMappedAddresses,
                Subflow(SubflowEstablished, 0x43543093, "198.18.1.2:8000", "198.18.1.3:41500", 0, 3)),
        };

    private static PathManagerEvent Connection(PathManagerEventType type, uint token, string local, string remote) => new(type)
    {
        Token = token,
        Local = IPEndPoint.Parse(local),
        Remote = IPEndPoint.Parse(remote),
        LocalId = 0,
        RemoteId = 0,
    };

    private static PathManagerEvent Subflow(
        PathManagerEventType type, uint token, string local, string remote, byte localId, byte remoteId) => new(type)
        {
            Token = token,
            Local = IPEndPoint.Parse(local),
            Remote = IPEndPoint.Parse(remote),
            LocalId = localId,
            RemoteId = remoteId,
            Backup = false,
        };

    private static PathManagerEvent Announcement(uint token, byte id, string address)
        => new(AddressAnnounced) { Token = token, RemoteId = id, Remote = IPEndPoint.Parse(address) };

    private static PathManagerEvent Listener(PathManagerEventType type, string address)
        => new(type) { Local = IPEndPoint.Parse(address) };
}
