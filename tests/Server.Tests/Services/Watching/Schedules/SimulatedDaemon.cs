using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>A daemon that is nothing but its tables and its log, and remembers all that the log was ever given.</summary>
internal sealed class SimulatedDaemon(int capacity, long capacityBytes, TimeProvider time)
{
    private readonly Dictionary<string, SimulatedNamespace> _namespaces = [];
    private readonly Dictionary<(string Namespace, uint Token), Connection> _toldLast = [];
    private readonly List<(StateEvent Event, Connection? Before)> _told = [];

    public EventLog Log { get; } = new(capacity, capacityBytes);

    public DaemonIdentity Identity { get; } = new();

    public IEnumerable<SimulatedNamespace> Namespaces => _namespaces.Values;

    public IEnumerable<Connection> Connections => _namespaces.Values.SelectMany(one => one.Table.All.Values);

    /// <summary>An event by its number, and its connection as the event before it told it.</summary>
    public (StateEvent Event, Connection? Before) Find(ulong sequence) => _told[(int)sequence - 1];

    public override string ToString() => string.Join('\n', _told.Select(told => EventMapping.ToProto(told.Event).ToString()));

    public Task<StateSnapshot> SnapshotAsync(CancellationToken cancellation)
        => Task.FromResult(new StateSnapshot([.. Connections.OrderBy(one => one.Namespace).ThenBy(one => one.Id)], Log.Last));

    public SimulatedNamespace Add(string name)
    {
        var added = new SimulatedNamespace(name, Publish);
        _namespaces.Add(name, added);
        return added;
    }

    /// <summary>Something happens in a namespace, or all of it goes or comes back.</summary>
    public void Change(Random chance)
    {
        var name = chance.Next(3) == 0 ? "blue" : "self";
        if (chance.Next(40) == 0)
        {
            var type = _namespaces.Remove(name) ? StateEventType.NamespaceRemoved : StateEventType.NamespaceAdded;
            if (type == StateEventType.NamespaceAdded)
                Add(name);
            foreach (var gone in _toldLast.Keys.Where(key => key.Namespace == name).ToList())
                _toldLast.Remove(gone);
            Publish(new StateEvent(type, name, time.GetUtcNow()));
        }
        else if (_namespaces.TryGetValue(name, out var changed))
        {
            if (chance.Next(12) == 0)
                Publish(new StateEvent(StateEventType.ListenerCreated, name, time.GetUtcNow()));
            else
                changed.Change(chance, time.GetUtcNow());
        }
    }

    /// <summary>The kernel drops events of a namespace, with which the daemon then compares what it knows.</summary>
    public void LoseEvents(Random chance)
    {
        var name = chance.Next(3) == 0 ? "blue" : "self";
        if (!_namespaces.TryGetValue(name, out var lost))
            return;
        lost.Compare(chance, StateEventCause.KernelLoss, time.GetUtcNow());
        Publish(new StateEvent(StateEventType.KernelLoss, name, time.GetUtcNow()) { Dropped = chance.Next(4) == 0 ? null : (ulong)chance.Next(1, 100) });
    }

    /// <summary>The daemon that takes the place of this one.</summary>
    public SimulatedDaemon Restart(Random chance)
    {
        var next = new SimulatedDaemon(capacity, capacityBytes, time);
        foreach (var earlier in _namespaces.Values)
            next.Add(earlier.Name).StartAfter(earlier, chance, time.GetUtcNow());
        return next;
    }

    private void Publish(StateEvent told)
    {
        var key = (told.Namespace, told.Token);
        _told.Add((told, _toldLast.GetValueOrDefault(key)));
        Log.Append(told);
        if (told.Connection is { } connection && told.Type != StateEventType.ConnectionClosed)
            _toldLast[key] = connection;
        else if (told.Type == StateEventType.ConnectionClosed)
            _toldLast.Remove(key);
    }
}
