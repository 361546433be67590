using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <content>What this daemon does to connections, of which the kernel tells it less than it tells the peer.</content>
internal sealed partial class ConnectionTable
{
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

    /// <summary>Notes that the kernel is ending a subflow, unless its event came first.</summary>
    public void MarkClosing(uint token, SubflowAddresses addresses)
    {
        if (Find(token) is { } connection && connection.FindSubflow(addresses.Local, addresses.Remote) is { } subflow)
            Store(connection with { Subflows = connection.Subflows.Replace(subflow, subflow with { State = SubflowState.Closing }) });
    }

    /// <summary>Notes that this host changed whether a subflow is a backup, of which the kernel tells only the peer.</summary>
    /// <returns>The subflow after the change; null when it is not known.</returns>
    public Subflow? SetBackup(uint token, SubflowAddresses addresses, bool backup, DateTimeOffset now)
    {
        if (FindOrAdopt(token, now) is not { } connection || connection.FindSubflow(addresses.Local, addresses.Remote) is not { } subflow)
            return null;
        var changed = subflow with { Backup = backup };
        connection = Store(connection with { Subflows = connection.Subflows.Replace(subflow, changed) });
        Publish(StateEventType.SubflowPriority, now, connection, StateEventOrigin.Derived, changed);
        return changed;
    }

    /// <summary>Notes an address that this host announced.</summary>
    public void AddLocalAddress(uint token, AnnouncedAddress address, DateTimeOffset now)
    {
        if (FindOrAdopt(token, now) is { } connection)
            Store(connection with { LocalAddresses = With(connection.LocalAddresses, address) });
    }

    /// <summary>Notes an address that this host withdrew.</summary>
    public void RemoveLocalAddress(uint token, byte id)
    {
        if (Find(token) is { } connection)
            Store(connection with { LocalAddresses = Without(connection.LocalAddresses, id) });
    }

    private (Connection Connection, Subflow Subflow) Accept(Connection connection, Subflow subflow, DateTimeOffset now)
    {
        var connecting = subflow with { State = SubflowState.Connecting };
        connection = Store(connection with { Subflows = connection.Subflows.Replace(subflow, connecting) });
        Publish(StateEventType.SubflowRequested, now, connection, StateEventOrigin.Derived, connecting);
        return (connection, connecting);
    }

    private static Subflow? FindRequest(Connection connection, long request)
        => connection.Subflows.FirstOrDefault(subflow => subflow.Request == request);
}
