using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;
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
        Subflows = { connection.ShownSubflows().Select(ToProto) },
        RemoteAddresses = { connection.RemoteAddresses.Select(ToProto) },
        LocalAddresses = { connection.LocalAddresses.Select(ToProto) },
        DenyJoinInitialAddress = connection.DenyJoinInitialAddress,
        CreateTime = Timestamp.FromDateTimeOffset(connection.CreateTime),
        Owner = ToProto(connection.Owner),
        PathManager = connection.PathManager switch
        {
            PathManagerType.Kernel => Proto.PathManagerType.Kernel,
            PathManagerType.Userspace => Proto.PathManagerType.Userspace,
            _ => Proto.PathManagerType.Unspecified,
        },
        ClosedSubflows = ToProto(connection.ClosedSubflows),
    };

    /// <summary>The subflows that callers are told of. No event would tell that the kernel has refused a request, so none tells of the request.</summary>
    public static IEnumerable<Subflow> ShownSubflows(this Connection connection)
        => connection.Subflows.Where(subflow => subflow.State != SubflowState.Requested);

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
            Maker = ToProto(subflow.Maker),
            LocalBackup = subflow.LocalBackup,
            RemoteBackup = subflow.RemoteBackup,
            Id = subflow.Id,
            LastSample = ToProto(subflow.LastSample),
        };
        if (subflow.ResetReason is { } reason)
            message.ResetReason = reason;
        if (subflow.ResetFlags is { } flags)
            message.ResetFlags = flags;
        return message;
    }

    public static Proto.AnnouncedAddress ToProto(AnnouncedAddress address)
        => new() { Id = address.Id, Address = AddressMapping.ToProto(address.Address) };

    private static Proto.ConnectionOwner? ToProto(ConnectionOwner? owner) => owner is null ? null : new()
    {
        Uid = owner.UserId,
        Cgroup = owner.Cgroup,
        Pid = (uint)owner.ProcessId,
        Command = owner.Command,
    };

    private static Proto.ClosedSubflows? ToProto(ClosedSubflows closed) => closed.Count == 0 ? null : new()
    {
        Count = closed.Count,
        BytesSent = closed.BytesSent,
        BytesRetransmitted = closed.BytesRetransmitted,
        BytesReceived = closed.BytesReceived,
    };

    private static Proto.SubflowSample? ToProto(SubflowSample? sample) => sample is null ? null : new()
    {
        Time = Timestamp.FromDateTimeOffset(sample.Time),
        BytesSent = sample.BytesSent,
        BytesRetransmitted = sample.BytesRetransmitted,
        BytesAcknowledged = sample.BytesAcknowledged,
        BytesReceived = sample.BytesReceived,
        SegmentsSent = sample.SegmentsSent,
        SegmentsReceived = sample.SegmentsReceived,
        RoundTripTime = Duration.FromTimeSpan(sample.RoundTripTime),
        MinimumRoundTripTime = sample.MinimumRoundTripTime is { } minimum ? Duration.FromTimeSpan(minimum) : null,
        CongestionWindow = sample.CongestionWindow,
    };

    public static Proto.ConnectionState ToProto(ConnectionState state) => state switch
    {
        ConnectionState.Created => Proto.ConnectionState.Created,
        ConnectionState.Established => Proto.ConnectionState.Established,
        ConnectionState.Fallback => Proto.ConnectionState.Fallback,
        ConnectionState.Orphaned => Proto.ConnectionState.Orphaned,
        ConnectionState.Closed => Proto.ConnectionState.Closed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "a state without a name in the contract"),
    };

    private static Proto.SubflowMaker ToProto(SubflowMaker maker) => maker switch
    {
        SubflowMaker.Unknown => Proto.SubflowMaker.Unspecified,
        SubflowMaker.Application => Proto.SubflowMaker.Application,
        SubflowMaker.Peer => Proto.SubflowMaker.Peer,
        SubflowMaker.Host => Proto.SubflowMaker.Host,
        SubflowMaker.Caller => Proto.SubflowMaker.Caller,
        SubflowMaker.Policy => Proto.SubflowMaker.Policy,
        SubflowMaker.Controller => Proto.SubflowMaker.Controller,
        _ => throw new ArgumentOutOfRangeException(nameof(maker), maker, "a maker without a message"),
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
