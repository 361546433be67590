namespace Mptcp.ControlPlane.Server.State;

/// <summary>
/// What an entry of the event log takes, in bytes: the objects that it keeps, as if nothing else kept them, and its encoding for
/// watchers, which is made once somebody watches. An estimate, so that the log's memory can be bounded.
/// </summary>
internal static class EventWeight
{
    private const int Entry = 160;
    private const int Connection = 420;
    private const int Subflow = 260;
    private const int Address = 90;
    private const int Text = 2;

    public static long Of(StateEvent entry)
    {
        long weight = Entry;
        if (entry.Connection is { } connection)
        {
            weight += Connection
                + (connection.Subflows.Length * Subflow)
                + ((connection.LocalAddresses.Length + connection.RemoteAddresses.Length) * Address);
            if (connection.Owner is { } owner)
                weight += Text * (owner.Cgroup.Length + owner.Command.Length);
        }

        return entry.Subflow is null ? weight : weight + Subflow;
    }
}
