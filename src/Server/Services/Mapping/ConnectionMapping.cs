using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.State;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Connections as answers and events show them.</summary>
internal static class ConnectionMapping
{
    public static Proto.Connection ToProto(Connection connection) => new()
    {
        Namespace = connection.Namespace,
        Token = connection.Token,
        Id = connection.Id,
        State = ToProto(connection.State),
        ServerSide = connection.ServerSide,
        Local = AddressMapping.ToProto(connection.Local),
        Remote = AddressMapping.ToProto(connection.Remote),
        // Nobody is told of a request that the kernel has not taken: no event would tell that it refused.
        Subflows = { connection.Subflows.Where(subflow => subflow.State != SubflowState.Requested).Select(ToProto) },
        RemoteAddresses = { connection.RemoteAddresses.Select(ToProto) },
        LocalAddresses = { connection.LocalAddresses.Select(ToProto) },
        DenyJoinInitialAddress = connection.DenyJoinInitialAddress,
        CreateTime = Timestamp.FromDateTimeOffset(connection.CreateTime),
    };

    public static Proto.Subflow ToProto(Subflow subflow)
    {
        var message = new Proto.Subflow
        {
            Local = AddressMapping.ToProto(subflow.Local),
            Remote = AddressMapping.ToProto(subflow.Remote),
            LocalId = subflow.LocalId,
            RemoteId = subflow.RemoteId,
            Backup = subflow.Backup,
            InterfaceIndex = subflow.InterfaceIndex,
            State = ToProto(subflow.State),
            Error = (uint)(subflow.Error?.Number ?? 0),
            ErrorName = subflow.Error?.Name ?? "",
            Initial = subflow.Initial,
            Requested = subflow.Request != 0,
        };
        if (subflow.ResetReason is { } reason)
            message.ResetReason = reason;
        if (subflow.ResetFlags is { } flags)
            message.ResetFlags = flags;
        return message;
    }

    public static Proto.AnnouncedAddress ToProto(AnnouncedAddress address)
        => new() { Id = address.Id, Address = AddressMapping.ToProto(address.Address) };

    private static Proto.ConnectionState ToProto(ConnectionState state) => state switch
    {
        ConnectionState.Created => Proto.ConnectionState.Created,
        ConnectionState.Established => Proto.ConnectionState.Established,
        ConnectionState.Closed => Proto.ConnectionState.Closed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "a state without a name in the contract"),
    };

    private static Proto.SubflowState ToProto(SubflowState state) => state switch
    {
        SubflowState.Requested => Proto.SubflowState.Requested,
        SubflowState.Connecting => Proto.SubflowState.Connecting,
        SubflowState.Established => Proto.SubflowState.Established,
        SubflowState.Closing => Proto.SubflowState.Closing,
        SubflowState.Closed => Proto.SubflowState.Closed,
        SubflowState.Failed => Proto.SubflowState.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "a state without a name in the contract"),
    };
}
