using System.Net;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>What is remembered of the endpoints of a namespace that the kernel does not show.</summary>
internal sealed class EndpointMemory
{
    private readonly Dictionary<IPEndPoint, PathRecord> _records = [];
    private readonly HashSet<IPEndPoint> _crowdedOut = [];
    private HashSet<(uint Token, SubflowEnds Subflow)> _ended = [];

    /// <summary>The highest limit that the kernel takes; null while it has refused none.</summary>
    public uint? HighestLimit { get; set; }

    /// <summary>What is remembered of the limits.</summary>
    public PathRecord Limits { get; } = new();

    public PathRecord? Find(IPEndPoint place) => _records.GetValueOrDefault(place);

    public PathRecord At(IPEndPoint place)
    {
        if (!_records.TryGetValue(place, out var record))
            _records[place] = record = new PathRecord();
        return record;
    }

    /// <summary>Whether a subflow has ended with its endpoint, whether or not that has been told.</summary>
    public bool HasEnded(uint token, SubflowEnds subflow) => _ended.Contains((token, subflow));

    /// <summary>Notes subflows that end with their endpoint.</summary>
    public void NoteEnded(IEnumerable<(uint Token, SubflowEnds Subflow)> subflows) => _ended.UnionWith(subflows);

    /// <summary>Forgets the ended ones that have been told of.</summary>
    public void ForgetEnded(IEnumerable<Connection> connections)
    {
        if (_ended.Count > 0)
            _ended = [.. connections.SelectMany(known => known.Subflows.Select(subflow => (known.Token, subflow.Ends))).Where(_ended.Contains)];
    }

    /// <summary>Notes that the kernel had no room for an endpoint.</summary>
    public void NoteFull(IPEndPoint place) => _crowdedOut.Add(place);

    /// <summary>Notes that there is room: what there was none for may be tried at once.</summary>
    public void NoteRoom()
    {
        foreach (var place in _crowdedOut)
            At(place).Forgive();
        _crowdedOut.Clear();
    }

    /// <summary>Forgets all failures, as another policy decides.</summary>
    public void Forgive()
    {
        _records.Clear();
        _crowdedOut.Clear();
        Limits.Forgive();
    }
}
