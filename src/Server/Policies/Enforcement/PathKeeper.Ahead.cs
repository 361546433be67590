using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>Making the subflows of a connection as soon as it can have them, before anything is found out or told about it.</content>
internal sealed partial class PathKeeper
{
    private readonly List<(uint Token, Subflow Subflow)> _ahead = [];
    private readonly PlansAhead _plansAhead = new();
    private readonly Action<(uint Token, PreparedSubflow Subflow)> _create;
    private PlanAhead? _planned;
    private BegunConnection _plannedFor;
    private (PolicyRevision? Revision, HostPaths? Host) _plannedBy;

    /// <summary>Whether there are policies that decide.</summary>
    public bool IsDeciding => !_revision.Document.Policies.IsEmpty;

    /// <summary>Plans what is wanted of a connection that will be established in a moment, or is.</summary>
    public void PlanAhead(BegunConnection connection)
    {
        _planned = null;
        if (_hostChanged || !IsDeciding || _revision.Enforcement != PolicyEnforcement.Enforce)
            return;
        _planned = IsLikeOthers(connection)
            ? _plansAhead.Find(connection, _revision, _host, MakePlanAhead)
            : MakePlanAhead(connection);
        (_plannedFor, _plannedBy) = (connection, (_revision, _host));
    }

    /// <summary>Makes what is wanted of a connection that has just been established, planned or not.</summary>
    public void ActAhead(BegunConnection connection)
    {
        // One that was found before its event was heard is compared already.
        if (_connections.Find(connection.Token) is { } known && (known.State != ConnectionState.Created || known.Subflows.Length > 1))
            return;
        var isPlanned = connection == _plannedFor && ReferenceEquals(_plannedBy.Revision, _revision) && ReferenceEquals(_plannedBy.Host, _host);
        if (!isPlanned || _planned is null || _hostChanged)
            PlanAhead(connection);
        if (_planned is not { Policy: { } policy } plan)
            return;
        _planned = null;
        foreach (var subflow in plan.Subflows)
        {
            var id = subflow.Command.Local.Id;
            try
            {
                if (_ids.TryUseUsual(subflow.Place, id, _create, (connection.Token, subflow.Command)))
                    _ahead.Add((connection.Token, Prepare(subflow.Step, policy) with { LocalId = id }));
            }
            catch (Exception failure) when (KernelSockets.IsKernelFailure(failure))
            {
                // The comparison that follows tries it once more, and remembers what comes of it.
                break;
            }
        }
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

    // Nothing is remembered of it, and its address is on the interface that it was on when it was first seen.
    private bool IsLikeOthers(BegunConnection connection)
        => !_kept.TryGetValue(connection.Token, out var kept)
        || (kept.Memory.IsBlank && kept.Memory.InterfaceName is var name && (name is null || name == _host.Find(connection.Local.Address)?.InterfaceName));

    private PlanAhead? MakePlanAhead(BegunConnection begun)
    {
        var connection = begun.AsEstablished(_namespaceName);
        var kept = KeptOf(connection);
        Match(kept, connection);
        if (kept.Policy is not { Delegation: null } policy)
            return Ahead.PlanAhead.None;
        var subflows = new List<SubflowAhead>();
        foreach (var step in PathPlanner.Plan(policy, connection, _host, kept.Memory, Now).Steps.Where(step => step.Kind == PathStepKind.Create))
        {
            var subflow = Prepare(step, policy);
            if (_ids.FindUsual(subflow.Local) is not { } id)
                return null;
            var request = RequestOf(begun.Token, subflow with { LocalId = id });
            var command = new PreparedSubflow(request.Local, request.Remote);
            _commands.Prepare(command);
            subflows.Add(new SubflowAhead(step, subflow.Local, command));
        }

        return new PlanAhead(policy, subflows);
    }
}
