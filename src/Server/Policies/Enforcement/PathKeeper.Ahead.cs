using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>Making the subflows of a connection as soon as it can have them, before anything is found out or told about it.</content>
internal sealed partial class PathKeeper
{
    private readonly List<(uint Token, Subflow Subflow)> _ahead = [];
    private PlanAheadOf? _plannedAhead;

    /// <summary>Whether there are policies that decide.</summary>
    public bool IsDeciding => !_revision.Document.Policies.IsEmpty;

    /// <summary>Plans what is wanted of a connection that will be established in a moment, or is.</summary>
    /// <param name="connection">The connection, established, as no more than an event tells of it.</param>
    public void PlanAhead(Connection connection)
    {
        _plannedAhead = null;
        if (_hostChanged || !IsDeciding || _revision.Enforcement != PolicyEnforcement.Enforce)
            return;
        var kept = KeptOf(connection);
        Match(kept, connection);
        if (kept.Policy is not { Delegation: null } policy)
            return;
        var wanted = PathPlanner.Plan(policy, connection, _host, kept.Memory, Now).Steps
            .Where(step => step.Kind == PathStepKind.Create).Select(step => Prepare(step, policy)).ToList();
        _plannedAhead = new PlanAheadOf(connection, _revision, _host, wanted);
    }

    /// <summary>Makes what is wanted of a connection that has just been established, planned or not.</summary>
    /// <param name="connection">The connection, established, as no more than an event tells of it.</param>
    public void ActAhead(Connection connection)
    {
        if (_plannedAhead?.IsOf(connection, _revision, _host) != true || _hostChanged)
            PlanAhead(connection);
        foreach (var prepared in _plannedAhead?.Wanted ?? [])
        {
            var subflow = prepared;
            try
            {
                var outcome = _ids.TryUse(subflow.Local, connection, id =>
                {
                    subflow = subflow with { LocalId = id };
                    _commands.Create(RequestOf(connection.Token, subflow));
                });
                if (outcome == PathIdOutcome.Used)
                    _ahead.Add((connection.Token, subflow));
            }
            catch (Exception failure) when (KernelSockets.IsKernelFailure(failure))
            {
                // The comparison that follows tries it once more, and remembers what comes of it.
                break;
            }
        }

        _plannedAhead = null;
    }

    /// <summary>Notes what was made ahead, now that the connection is known.</summary>
    public void NoteAhead(uint token)
    {
        if (_ahead.Count == 0)
            return;
        foreach (var (_, subflow) in _ahead.Where(made => made.Token == token))
        {
            _connections.RequestSubflow(token, subflow, _time.GetUtcNow());
            _connections.AcceptSubflow(token, subflow.Request, _time.GetUtcNow());
        }

        _ahead.RemoveAll(made => made.Token == token);
    }

    /// <summary>What was planned of a connection, by which policies and addresses.</summary>
    private sealed record PlanAheadOf(Connection Connection, PolicyRevision Revision, HostPaths Host, IReadOnlyList<Subflow> Wanted)
    {
        public bool IsOf(Connection connection, PolicyRevision revision, HostPaths host)
            => Connection.Token == connection.Token && ReferenceEquals(Revision, revision) && ReferenceEquals(Host, host)
            && Equals(Connection.Local, connection.Local) && Equals(Connection.Remote, connection.Remote)
            && Connection.DenyJoinInitialAddress == connection.DenyJoinInitialAddress;
    }
}
