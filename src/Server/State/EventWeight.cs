namespace Mptcp.ControlPlane.Server.State;

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
    private const int Text = 2;

    public static long Of(StateEvent entry)
    {
        var weight = Entry + Of(entry.Connection) + Of(entry.Previous);
        return entry.Subflow is null ? weight : weight + Subflow;
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
