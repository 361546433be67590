using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <content>What this daemon does to connections, of which the kernel tells it less than it tells the peer.</content>
internal sealed partial class ConnectionTable
{
    private static readonly Provenance ByCommand = Provenance.Derived(StateEventCause.Command);

    /// <summary>Notes a subflow that the kernel is about to be asked for, so that its events find it whenever they come.</summary>
    public void RequestSubflow(uint token, Subflow subflow, DateTimeOffset now)
    {
        if (FindOrAdopt(token, now) is { } connection)
            Store(connection with { Subflows = connection.Subflows.Add(subflow) });
    }

    /// <summary>Notes that the kernel took the command, unless its outcome came first and said so.</summary>
    public void AcceptSubflow(uint token, long request, DateTimeOffset now)
    {
        if (Find(token) is { } connection && FindRequest(connection, request) is { State: SubflowState.Requested } subflow)
            Accept(connection, subflow, now);
    }

    /// <summary>Forgets a subflow that the kernel refused.</summary>
    public void RefuseSubflow(uint token, long request)
    {
        if (Find(token) is { } connection && FindRequest(connection, request) is { Pending: true } subflow)
            Store(connection with { Subflows = connection.Subflows.Remove(subflow) });
    }

    /// <summary>Notes that an attempt had no answer in time, and that the kernel is made to give it up.</summary>
    public void TimeOut(uint token, Subflow subflow)
    {
        if (Find(token) is { } connection && connection.Subflows.Contains(subflow))
            Store(connection with { Subflows = connection.Subflows.Replace(subflow, subflow with { TimedOut = true }) });
    }

    /// <summary>Tells of an attempt that had no answer in time, and of which the kernel knows nothing any more.</summary>
    public void Fail(uint token, Subflow subflow, DateTimeOffset now)
    {
        if (Find(token) is not { } connection || !connection.Subflows.Contains(subflow))
            return;
        var failed = subflow with { State = SubflowState.Failed, Error = Errno.TimedOut };
        End(connection, subflow, failed, StateEventType.SubflowFailed, now, Provenance.Derived(StateEventCause.Timeout));
    }

    /// <summary>Notes that the kernel is ending a subflow, unless its event came first.</summary>
    public void MarkClosing(uint token, SubflowAddresses addresses, DateTimeOffset now)
    {
        if (Find(token) is not { } connection || connection.FindSubflow(addresses.Local, addresses.Remote) is not { } subflow)
            return;
        connection = Store(connection, subflow, subflow with { State = SubflowState.Closing });
        Publish(StateEventType.ConnectionUpdated, now, connection, ByCommand);
    }

    /// <summary>Notes that this host changed whether a subflow is a backup, of which the kernel tells only the peer.</summary>
    /// <returns>The subflow after the change; null when it is not known.</returns>
    public Subflow? SetBackup(uint token, SubflowAddresses addresses, bool backup, DateTimeOffset now)
    {
        if (FindOrAdopt(token, now) is not { } connection || connection.FindSubflow(addresses.Local, addresses.Remote) is not { } subflow)
            return null;
        if (subflow.State == SubflowState.Requested)
            (connection, subflow) = Accept(connection, subflow, now); // The kernel knows it, so it has taken the command.
        var changed = subflow with { LocalBackup = backup };
        connection = Store(connection, subflow, changed);
        Publish(StateEventType.SubflowPriority, now, connection, ByCommand, changed);
        return changed;
    }

    /// <summary>Notes an address that this host announced.</summary>
    public void AddLocalAddress(uint token, AnnouncedAddress address, DateTimeOffset now)
    {
        if (FindOrAdopt(token, now) is { } connection)
            SetLocalAddresses(connection, With(connection.LocalAddresses, address), now);
    }

    /// <summary>Notes an address that this host withdrew.</summary>
    public void RemoveLocalAddress(uint token, byte id, DateTimeOffset now)
    {
        if (Find(token) is { } connection)
            SetLocalAddresses(connection, Without(connection.LocalAddresses, id), now);
    }

    private void SetLocalAddresses(Connection connection, ImmutableArray<AnnouncedAddress> addresses, DateTimeOffset now)
    {
        if (connection.LocalAddresses.SequenceEqual(addresses))
            return;
        connection = Store(connection with { LocalAddresses = addresses });
        Publish(StateEventType.ConnectionUpdated, now, connection, ByCommand);
    }

    private (Connection Connection, Subflow Subflow) Accept(Connection connection, Subflow subflow, DateTimeOffset now)
    {
        var connecting = subflow with { State = SubflowState.Connecting };
        connection = Store(connection, subflow, connecting);
        Publish(StateEventType.SubflowRequested, now, connection, ByCommand, connecting);
        return (connection, connecting);
    }

    private static Subflow? FindRequest(Connection connection, long request)
        => connection.Subflows.FirstOrDefault(subflow => subflow.Request == request);
}
