using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using Mptcp.ControlPlane.Server.Services.Mapping.Sessions;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Entries of the event log as watchers see them.</summary>
internal static class EventMapping
{
    public static Proto.Event ToProto(StateEvent told)
    {
        var message = new Proto.Event
        {
            Sequence = told.Sequence,
            Time = Timestamp.FromDateTimeOffset(told.Time),
            Namespace = told.Namespace,
            Type = ToProto(told.Type),
            Token = told.Token,
            ConnectionId = told.Connection?.Id ?? 0,
            Origin = ToProto(told.Origin),
            Cause = ToProto(told.Cause),
            Digest = told.Connection is null ? 0 : DigestOf(told.Connection),
        };
        if (told.Subflow is { } subflow)
            message.Subflow = ConnectionMapping.ToProto(subflow);
        else if (told.Address is { } address)
            message.Address = ConnectionMapping.ToProto(address);
        else if (told.Listener is { } listener)
            message.Listener = AddressMapping.ToProto(listener);
        else if (told.Interface is { } networkInterface)
            message.Interface = InterfaceMapping.ToProto(networkInterface);
        else if (told.LocalAddress is { } localAddress)
            message.LocalAddress = InterfaceMapping.ToProto(localAddress);
        else if (told.Policies is { } policies)
            message.Policies = PolicyRevisionMapping.ToProto(policies);
        else if (told.Session is { } session)
            message.Session = SessionMapping.ToProto(session);
        else if (told.Connection is { } connection)
            message.Connection = ConnectionMapping.ToProto(connection);
        return message;
    }

    /// <summary>A connection in a snapshot.</summary>
    public static Proto.Event ToProto(Connection connection, ulong sequence, DateTimeOffset time) => new()
    {
        Sequence = sequence,
        Time = Timestamp.FromDateTimeOffset(time),
        Namespace = connection.Namespace,
        Type = Proto.EventType.ConnectionSnapshot,
        Token = connection.Token,
        ConnectionId = connection.Id,
        Origin = Proto.EventOrigin.Snapshot,
        Connection = ConnectionMapping.ToProto(connection),
        Digest = DigestOf(connection),
    };

    /// <summary>A connection that is not there any more, though a watcher knows it.</summary>
    public static Proto.Event ToProto((string Namespace, uint Token, ulong Id) gone, ulong sequence, DateTimeOffset time) => new()
    {
        Sequence = sequence,
        Time = Timestamp.FromDateTimeOffset(time),
        Namespace = gone.Namespace,
        Type = Proto.EventType.ConnectionClosed,
        Token = gone.Token,
        ConnectionId = gone.Id,
        Origin = Proto.EventOrigin.Reconciled,
        Cause = Proto.EventCause.Resume,
    };

    /// <summary>A namespace that is not served, though a watcher knows connections of it.</summary>
    public static Proto.Event ToUnserved(string namespaceName, ulong sequence, DateTimeOffset time) => new()
    {
        Sequence = sequence,
        Time = Timestamp.FromDateTimeOffset(time),
        Namespace = namespaceName,
        Type = Proto.EventType.NamespaceRemoved,
        Origin = Proto.EventOrigin.Reconciled,
        Cause = Proto.EventCause.Resume,
    };

    /// <summary>What stands for all that callers are told of a connection.</summary>
    public static ulong DigestOf(Connection connection) => ConnectionDigest.Of(connection, connection.ShownSubflows());

    /// <summary>An interface in a snapshot.</summary>
    public static Proto.Event ToProto(HostInterface one, ulong sequence, DateTimeOffset time) => new()
    {
        Sequence = sequence,
        Time = Timestamp.FromDateTimeOffset(time),
        Namespace = one.Namespace,
        Type = Proto.EventType.InterfaceSnapshot,
        Origin = Proto.EventOrigin.Snapshot,
        Interface = InterfaceMapping.ToProto(one.Interface),
    };

    /// <summary>The types that a filter's type stands for; none for what only newer daemons tell.</summary>
    public static IEnumerable<StateEventType> FromProto(Proto.EventType type)
        => System.Enum.GetValues<StateEventType>().Where(known => ToProto(known) == type);

    private static Proto.EventType ToProto(StateEventType type) => type switch
    {
        StateEventType.ConnectionCreated => Proto.EventType.ConnectionCreated,
        StateEventType.ConnectionEstablished => Proto.EventType.ConnectionEstablished,
        StateEventType.ConnectionClosed => Proto.EventType.ConnectionClosed,
        StateEventType.AddressAnnounced => Proto.EventType.AddressAnnounced,
        StateEventType.AddressRemoved => Proto.EventType.AddressRemoved,
        StateEventType.SubflowEstablished => Proto.EventType.SubflowEstablished,
        StateEventType.SubflowClosed => Proto.EventType.SubflowClosed,
        StateEventType.SubflowPriority => Proto.EventType.SubflowPriority,
        StateEventType.ListenerCreated => Proto.EventType.ListenerCreated,
        StateEventType.ListenerClosed => Proto.EventType.ListenerClosed,
        StateEventType.SubflowRequested => Proto.EventType.SubflowRequested,
        StateEventType.ConnectionFallback => Proto.EventType.ConnectionFallback,
        StateEventType.ConnectionOrphaned => Proto.EventType.ConnectionOrphaned,
        StateEventType.SubflowFailed => Proto.EventType.SubflowFailed,
        StateEventType.ConnectionUpdated => Proto.EventType.ConnectionUpdated,
        StateEventType.NamespaceAdded => Proto.EventType.NamespaceAdded,
        StateEventType.NamespaceRemoved => Proto.EventType.NamespaceRemoved,
        StateEventType.InterfaceAdded => Proto.EventType.InterfaceAdded,
        StateEventType.InterfaceChanged => Proto.EventType.InterfaceChanged,
        StateEventType.InterfaceRemoved => Proto.EventType.InterfaceRemoved,
        StateEventType.LocalAddressAdded => Proto.EventType.LocalAddressAdded,
        StateEventType.LocalAddressChanged => Proto.EventType.LocalAddressChanged,
        StateEventType.LocalAddressRemoved => Proto.EventType.LocalAddressRemoved,
        StateEventType.PoliciesChanged => Proto.EventType.PoliciesChanged,
        StateEventType.SessionChanged => Proto.EventType.SessionChanged,
        StateEventType.ConnectionSnapshot => Proto.EventType.ConnectionSnapshot,
        StateEventType.InterfaceSnapshot => Proto.EventType.InterfaceSnapshot,
        _ => Proto.EventType.Unspecified,
    };

    private static Proto.EventCause ToProto(StateEventCause cause) => cause switch
    {
        StateEventCause.None => Proto.EventCause.Unspecified,
        StateEventCause.Command => Proto.EventCause.Command,
        StateEventCause.Start => Proto.EventCause.Start,
        StateEventCause.KernelLoss => Proto.EventCause.KernelLoss,
        StateEventCause.Survey => Proto.EventCause.Survey,
        StateEventCause.Request => Proto.EventCause.Request,
        StateEventCause.LookUp => Proto.EventCause.LookUp,
        StateEventCause.Timeout => Proto.EventCause.Timeout,
        StateEventCause.LastSubflowClosed => Proto.EventCause.LastSubflowClosed,
        StateEventCause.SubflowReturned => Proto.EventCause.SubflowReturned,
        StateEventCause.TokenReused => Proto.EventCause.TokenReused,
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "a cause without a name in the contract"),
    };

    private static Proto.EventOrigin ToProto(StateEventOrigin origin) => origin switch
    {
        StateEventOrigin.Kernel => Proto.EventOrigin.Kernel,
        StateEventOrigin.Derived => Proto.EventOrigin.Derived,
        StateEventOrigin.Reconciled => Proto.EventOrigin.Reconciled,
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "an origin without a name in the contract"),
    };
}
