namespace Mptcp.ControlPlane.Server.State.Events;

/// <summary>
/// What an entry of the event log takes, in bytes: the objects that it keeps, as if nothing else kept them, and its encoding for
/// watchers, which is made once somebody watches. An estimate, so that the log's memory can be bounded.
/// </summary>
internal static class EventWeight
{
    private const int Entry = 160;
    private const int Moment = 420;
    private const int Subflow = 260;
    private const int Address = 90;
    private const int Interface = 600;
    private const int InterfaceAddress = 320;
    private const int Policies = 600;
    private const int Session = 500;
    private const int Text = 2;

    public static long Of(StateEvent entry)
    {
        var weight = Entry + Of(entry.Connection) + Of(entry.Previous);
        if (entry.Subflow is not null)
            return weight + Subflow;
        if (entry.Interface is { } networkInterface)
            return weight + Interface + (networkInterface.Addresses.Count * InterfaceAddress);
        if (entry.LocalAddress is not null)
            return weight + InterfaceAddress;
        if (entry.Policies is { } policies)
            return weight + Policies + (Text * policies.Revision.Comment.Length);
        if (entry.Session is { } session)
            return weight + Session + (Text * (session.Session.Name.Length + (session.Error?.Message.Length ?? 0)));
        return entry.Address is null && entry.Listener is null ? weight : weight + Address;
    }

    private static long Of(Connection? connection)
    {
        if (connection is null)
            return 0;
        long weight = Moment
            + (connection.Subflows.Length * Subflow)
            + ((connection.LocalAddresses.Length + connection.RemoteAddresses.Length) * Address);
        return connection.Owner is { } owner ? weight + (Text * (owner.Cgroup.Length + owner.Command.Length)) : weight;
    }
}
