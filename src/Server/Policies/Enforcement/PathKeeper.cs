using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>
/// Keeps the connections of one namespace as the policies want them: whatever changes of a connection, of this host's addresses or of
/// the policies, the connection is compared with its policy, and the difference is done. The kernel loop's thread alone uses it.
/// </summary>
internal sealed partial class PathKeeper
{
    // One comparison takes some microseconds, and what it finds a command to the kernel: events never wait for many.
    private const int ComparisonsPerTurn = 128;

    // While a caller chooses an address id.
    private static readonly TimeSpan IdsAreChosen = TimeSpan.FromMilliseconds(1);

    private readonly ConnectionTable _connections;
    private readonly Func<IReadOnlyList<NetworkInterface>> _listInterfaces;
    private readonly IPathCommands _commands;
    private readonly PathIds _ids;
    private readonly SubflowRequests _requests;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly HandJournal _journal;
    private readonly string _namespaceName;
    private readonly ControllerDesk _desk;
    private readonly long _origin;
    private readonly Dictionary<uint, KeptConnection> _kept = [];
    private readonly Queue<uint> _queue = new();
    private readonly PriorityQueue<uint, TimeSpan> _due = new();
    private readonly HashSet<uint> _foundAtStart = [];
    private PolicyRevision _revision = PolicyRevision.None;
    private HostPaths _host = HostPaths.None;
    private bool _hostChanged = true;
    private bool _keeping;

    /// <param name="connections">The connections.</param>
    /// <param name="listInterfaces">Lists this host's interfaces as they are known.</param>
    /// <param name="commands">What the kernel is told to do.</param>
    /// <param name="ids">The ids of addresses.</param>
    /// <param name="requests">Numbers requests for subflows.</param>
    /// <param name="time">The time.</param>
    /// <param name="random">What retries are spread by.</param>
    /// <param name="journal">What was done by hand before.</param>
    /// <param name="namespaceName">The name of the namespace.</param>
    /// <param name="desk">Who decides about connections that policies delegate.</param>
    public PathKeeper(
        ConnectionTable connections, Func<IReadOnlyList<NetworkInterface>> listInterfaces, IPathCommands commands, PathIds ids,
        SubflowRequests requests, TimeProvider time, Random random, HandJournal journal, string namespaceName, ControllerDesk desk)
    {
        (_connections, _listInterfaces, _commands, _ids) = (connections, listInterfaces, commands, ids);
        (_requests, _time, _random, _origin) = (requests, time, random, time.GetTimestamp());
        (_journal, _namespaceName, _desk) = (journal, namespaceName, desk);
        _create = order => _commands.Create(order.Token, order.Subflow);
    }

    /// <summary>How long it is until a connection has to be compared.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            if (!IsDeciding)
                return Timeout.InfiniteTimeSpan;
            if (_queue.Count > 0 || _hostChanged)
                return TimeSpan.Zero;
            if (!_due.TryPeek(out _, out var due))
                return Timeout.InfiniteTimeSpan;
            var left = due - Now;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Has other policies hold.</summary>
    public void Adopt(PolicyRevision revision)
    {
        _revision = revision;
        // Nobody is asked about what is only watched.
        if (!IsDeciding || revision.Enforcement != PolicyEnforcement.Enforce)
            EndDelegations();
        if (IsDeciding)
            QueueAll();
        else
            Rest();
    }

    /// <summary>Compares the connections that are due, some in each call.</summary>
    public void Keep()
    {
        if (_keeping || !IsDeciding)
            return;
        _keeping = true;
        var now = Now;
        if (_hostChanged)
            UpdateHost();
        while (_due.TryPeek(out var token, out var due) && due <= now)
        {
            _due.Dequeue();
            if (!_kept.TryGetValue(token, out var kept) || kept.Enqueued != due)
                continue;
            kept.Enqueued = null;
            if (kept.Due is { } later && later > now)
                BeDue(token, kept, later);
            else if (kept.Due is not null)
                Queue(token, kept);
        }

        for (var left = ComparisonsPerTurn; left > 0 && _queue.TryDequeue(out var token); left--)
        {
            if (!_kept.TryGetValue(token, out var kept))
                continue;
            kept.IsQueued = false;
            if (_connections.Find(token) is { } connection)
                Keep(connection, kept, now);
        }

        _keeping = false;
    }

    /// <summary>Explains a connection by the policies that hold.</summary>
    /// <returns>Null when there is no such connection.</returns>
    public PathExplanation? Explain(uint token) => _connections.Find(token) is { } connection ? Explain(connection, _revision.Document) : null;

    /// <summary>Explains those of some connections that policies decide about.</summary>
    /// <param name="tokens">The connections; of those that are gone nothing is said.</param>
    /// <param name="document">The policies; null for those that hold.</param>
    public IReadOnlyList<PathExplanation> Explain(IEnumerable<uint> tokens, PolicyDocument? document)
        => [.. tokens.Select(_connections.Find).OfType<Connection>()
            .Select(connection => Explain(connection, document ?? _revision.Document))
            .Where(explanation => explanation.Policy is not null)];

    private PathExplanation Explain(Connection connection, PolicyDocument document)
    {
        if (_hostChanged)
            UpdateHost();
        var kept = KeptOf(connection);
        var memory = kept.Memory;
        var interfaceName = memory.InterfaceName ?? InterfaceOf(connection);
        var (isKnown, policy) = document.FindFor(new ConnectionFacts(connection, interfaceName));
        if (policy is null)
            return new PathExplanation(connection, null, isKnown ? "no policy matches" : "who has the connection is not known yet, and a policy asks for it");
        var notes = new PathNotes(moment => _time.GetUtcNow() + (moment - Now));
        if (policy.Delegation is not null && ReferenceEquals(document, _revision.Document) && Explain(kept, notes, ref policy))
            return notes.Explain(connection, policy);
        // Another policy begins without what failed under this one.
        var planned = policy.Equals(kept.Policy) ? memory : memory.CopyForgiven();
        PathPlanner.Plan(policy, connection, _host, planned, Now, notes);
        return notes.Explain(connection, policy);
    }

    private string? InterfaceOf(Connection connection)
        => connection.Local is { } local ? _host.Find(local.Address)?.InterfaceName : null;

    private void UpdateHost()
    {
        _hostChanged = false;
        var before = _host;
        var used = _connections.All.Values.SelectMany(connection => connection.Subflows).Select(subflow => subflow.Local.Address);
        _host = _host.Next(_listInterfaces(), used);
        NoteHost(before);
        QueueAll();
    }

    private void Keep(Connection connection, KeptConnection kept, TimeSpan now)
    {
        Match(kept, connection);
        kept.Due = null;
        if (kept.Policy?.Delegation is null)
            EndDelegation(kept);
        if (kept.Policy is not { } policy)
            return;
        if (policy.Delegation is { } delegation)
        {
            if (Delegate(connection, kept, policy, delegation, now) is not { } strategy || _connections.Find(connection.Token) is not { } current)
                return;
            (policy, connection) = (kept.Delegated?.With(policy, strategy) ?? policy, current);
        }

        kept.IsDecided |= _revision.Enforcement == PolicyEnforcement.Enforce;
        var plan = PathPlanner.Plan(policy, connection, _host, kept.Memory, now);
        kept.Memory.LacksSince = plan.Lacks ? kept.Memory.LacksSince ?? now : null;
        kept.Memory.NoteCarrying(plan.Carrying);
        if (plan.Due is { } due)
            BeDue(connection.Token, kept, due);
        // What the kernel refuses is remembered, and another plan knows what to do instead, and when it is tried again.
        if (_revision.Enforcement == PolicyEnforcement.Enforce && !Take(plan.Steps, connection, kept, policy))
            Queue(connection.Token, kept);
    }

    private void Match(KeptConnection kept, Connection connection)
    {
        kept.Memory.InterfaceName ??= InterfaceOf(connection);
        if (kept.Match(_revision.Document, connection))
            kept.Memory.Forgive();
    }

    private void BeDue(uint token, KeptConnection kept, TimeSpan due)
    {
        if (kept.Due is null || due < kept.Due)
            kept.Due = due;
        // Where it is to be compared sooner already, it is seen then that it must be again.
        if (kept.Enqueued is { } sooner && sooner <= due)
            return;
        kept.Enqueued = due;
        _due.Enqueue(token, due);
    }

    private KeptConnection KeptOf(Connection connection)
    {
        if (_kept.TryGetValue(connection.Token, out var kept) && (kept.Id == 0 || connection.Id == 0 || kept.Id == connection.Id))
        {
            kept.Id = connection.Id == 0 ? kept.Id : connection.Id;
            return kept;
        }

        if (kept is not null)
            EndDelegation(kept);

        _ids.Learn(connection);
        // What the daemon before this one left, and is not on record as made by hand, its policies made.
        kept = new KeptConnection
        {
            Id = connection.Id,
            Memory = { HostIsPolicy = _journal.IsKept && _foundAtStart.Contains(connection.Token) },
        };
        foreach (var note in _journal.Find(_namespaceName, connection.Id))
            kept.Memory.Note(note);
        return _kept[connection.Token] = kept;
    }

    /// <summary>Has nothing left to do.</summary>
    private void Rest()
    {
        _queue.Clear();
        _due.Clear();
        foreach (var kept in _kept.Values)
            (kept.IsQueued, kept.Due, kept.Enqueued) = (false, null, null);
    }

    private void Queue(uint token, KeptConnection kept)
    {
        if (kept.IsQueued || !IsDeciding)
            return;
        kept.IsQueued = true;
        _queue.Enqueue(token);
    }

    private void QueueAll()
    {
        if (!IsDeciding)
            return;
        foreach (var connection in _connections.All.Values)
            Queue(connection.Token, KeptOf(connection));
    }
}
