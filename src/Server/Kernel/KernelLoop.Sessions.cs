using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>The controllers that decide about what policies delegate.</content>
internal sealed partial class KernelLoop : IControllerTarget
{
    /// <summary>Who is primary of which role. The loop's thread alone uses it.</summary>
    public ControllerDesk Desk { get; }

    public Task SitAsync(Role role, IController? controller) => AskAsync(
        () =>
        {
            Desk.Sit(role, controller);
            NoteControllersChanged();
            return true;
        },
        CancellationToken.None);

    public Task OpenAsync(string role, Action tell) => AskAsync(
        () =>
        {
            tell();
            Desk.Open(role);
            NoteControllersChanged();
            return true;
        },
        CancellationToken.None);

    public Task FlushAsync() => AskAsync(() => true, CancellationToken.None);

    public void Adopt(IReadOnlyList<Role> roles) => Post(() =>
    {
        Desk.Adopt(roles);
        NoteControllersChanged();
    });

    public void NoteArrived(IController controller, ulong question) => Post(() =>
    {
        if (Desk.NoteArrived(controller, question))
            NoteControllersChanged();
    });

    public void Answer(IController controller, ulong question, DecisionAnswer? answer) => Post(() =>
    {
        if (Desk.Answer(controller, question, answer))
            NoteControllersChanged();
    });

    public void Command(IController controller, ControllerCommand command, ICommandLedger ledger) => Post(() =>
    {
        if (Desk.Hear(controller))
            NoteControllersChanged();
        var earlier = ledger.Recall(command);
        controller.Tell(new CommandOutcome(command.CorrelationId, command.Namespace, command.Token, earlier ?? Do(controller, command, ledger))
        {
            Replayed = earlier is { Failure: not SessionRefusedException { Refusal: SessionRefusal.RequestIdReused } },
        });
    });

    public void Tell(SessionChange change) => Post(() => Publish(EventOf(change)));

    public async Task<SessionIdentity?> FindHolderAsync(HostNamespace served, uint token, CancellationToken cancellation)
    {
        var loop = LoopOf(served);
        return await AskAsync(() => loop.IsGone ? null : loop.Paths.FindHolder(token)?.Controller.Identity, cancellation);
    }

    public Task<IReadOnlyDictionary<string, RoleStanding>> CountAsync(IReadOnlyList<string> roles, CancellationToken cancellation) => AskAsync(
        () =>
        {
            var counts = new DelegationCounts();
            foreach (var loop in _namespaces)
                loop.Paths.CountDelegated(counts);
            return (IReadOnlyDictionary<string, RoleStanding>)roles.ToDictionary(role => role, role => new RoleStanding(
                counts.DelegatedTo(role), counts.FallenBackFrom(role), Desk.SubflowsOf(role), Desk.Find(role)?.IsResponsive ?? true));
        },
        cancellation);

    private OrderOutcome Do(IController controller, ControllerCommand command, ICommandLedger ledger)
    {
        try
        {
            var seat = Desk.RequirePrimary(controller);
            if (ledger.Take() is { } beyond)
                throw beyond;
            if (command.Order is PathOrder.Refused { Reason: var reason })
                return new OrderOutcome(reason);
            var loop = _namespaces.Find(loop => loop.Served.Name == command.Namespace)
                ?? throw new SessionRefusedException(SessionRefusal.ConnectionNotFound, $"the namespace {command.Namespace} is served no longer");
            var outcome = loop.Paths.Command(seat, command);
            ledger.Remember(command, outcome);
            return outcome;
        }
        catch (SessionRefusedException refusal)
        {
            return new OrderOutcome(refusal);
        }
    }

    private void NoteControllersChanged()
    {
        foreach (var loop in _namespaces)
            loop.Paths.NoteControllersChanged();
    }

    private void TellSessionChanges()
    {
        foreach (var change in Desk.TakeChanges())
            Publish(EventOf(change));
    }

    private StateEvent EventOf(SessionChange change) => new(StateEventType.SessionChanged, "", _time.GetUtcNow())
    {
        Origin = StateEventOrigin.Derived,
        Cause = change.Kind == SessionChangeKind.Unresponsive ? StateEventCause.Timeout : StateEventCause.Command,
        Session = change,
    };
}
