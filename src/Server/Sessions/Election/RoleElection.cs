namespace Mptcp.ControlPlane.Server.Sessions.Election;

/// <summary>
/// Who of the sessions of a role is primary: the one with the highest id that was ever bid, as long as it is there. It knows nothing of
/// streams.
/// </summary>
/// <typeparam name="T">A session.</typeparam>
internal sealed class RoleElection<T>
    where T : class
{
    private readonly Dictionary<ulong, T> _sessions = [];

    /// <summary>The sessions with their ids, the highest first.</summary>
    public IEnumerable<KeyValuePair<ulong, T>> Sessions => _sessions.OrderByDescending(session => session.Key);

    public int Count => _sessions.Count;

    /// <summary>The primary; null for none.</summary>
    /// <param name="highest">The highest id that was ever bid.</param>
    public T? FindPrimary(ulong highest) => _sessions.GetValueOrDefault(highest);

    /// <summary>Whether a live session has an id.</summary>
    public bool Has(ulong id) => _sessions.ContainsKey(id);

    /// <summary>Takes a session in, under an id that no other one has.</summary>
    public void Join(ulong id, T session) => _sessions.Add(id, session);

    /// <summary>Lets a session go.</summary>
    public void Leave(ulong id) => _sessions.Remove(id);
}
