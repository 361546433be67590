using Google.Protobuf.Collections;
using Mptcp.Control.V1;
using Connection = Mptcp.Control.V1.Connection;
using Subflow = Mptcp.Control.V1.Subflow;
using SubflowState = Mptcp.Control.V1.SubflowState;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>What a watcher knows that believes nothing but its stream. Events that are about no connection change nothing.</summary>
internal sealed class FoldedConnections
{
    private readonly Dictionary<(string Namespace, uint Token), (Connection Connection, ulong Digest)> _known = [];

    /// <summary>The connections, and the digest that was told of each last.</summary>
    public IEnumerable<(Connection Connection, ulong Digest)> All => _known.Values;

    public FoldedConnections Clone()
    {
        var clone = new FoldedConnections();
        foreach (var (name, known) in _known)
            clone._known.Add(name, (known.Connection.Clone(), known.Digest));
        return clone;
    }

    /// <summary>Takes a snapshot, in the order in which it was told.</summary>
    public void Take(IEnumerable<Event> snapshot, bool isDifference)
    {
        if (!isDifference)
            _known.Clear();
        foreach (var told in snapshot)
            Fold(told);
    }

    public void Fold(Event told)
    {
        var name = (told.Namespace, told.Token);
        if (told.Type == EventType.NamespaceRemoved)
        {
            foreach (var gone in _known.Keys.Where(one => one.Namespace == told.Namespace).ToList())
                _known.Remove(gone);
        }
        else if (told.Type == EventType.ConnectionClosed)
        {
            _known.Remove(name);
        }
        else if (told.Connection is not null)
        {
            _known[name] = (told.Connection.Clone(), told.Digest);
        }
        else if (_known.TryGetValue(name, out var known) && told.Digest != 0)
        {
            Fold(told, known.Connection);
            _known[name] = (known.Connection, told.Digest);
        }
    }

    private static void Fold(Event told, Connection connection)
    {
        if (told.Subflow is { } subflow)
            Fold(told.Type, subflow, connection.Subflows);
        else if (told.Address is { } address)
            Fold(told.Type, address, connection.RemoteAddresses);
    }

    private static void Fold(EventType type, AnnouncedAddress address, RepeatedField<AnnouncedAddress> addresses)
    {
        if (addresses.FirstOrDefault(other => other.Id == address.Id) is { } known)
            addresses.Remove(known);
        if (type == EventType.AddressAnnounced)
            addresses.Add(address);
    }

    private static void Fold(EventType type, Subflow subflow, RepeatedField<Subflow> subflows)
    {
        // One that was requested is never one that is known: several that look alike wait for their ports.
        var known = type == EventType.SubflowRequested ? null : subflows.FirstOrDefault(other => other.Local.Equals(subflow.Local) && other.Remote.Equals(subflow.Remote))
            ?? subflows.FirstOrDefault(other => // One that was requested, whose port the kernel has chosen since.
                other.State == SubflowState.Connecting && other.Local.Port == 0 && other.LocalId == subflow.LocalId
                && other.Local.Address == subflow.Local.Address && other.Remote.Equals(subflow.Remote));
        if (known is not null)
            subflows.Remove(known);
        if (type is not (EventType.SubflowClosed or EventType.SubflowFailed))
            subflows.Add(subflow);
    }
}
