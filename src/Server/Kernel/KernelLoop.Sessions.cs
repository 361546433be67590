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
    public ControllerDesk Desk { get; } = new();

    public Task SitAsync(Role role, IController? controller) => AskAsync(
        () =>
        {
            Desk.Sit(role, controller);
            NoteControllersChanged();
            return true;
        },
        CancellationToken.None);

    public Task OpenAsync(string role) => AskAsync(
        () =>
        {
            Desk.Open(role);
            NoteControllersChanged();
            return true;
        },
        CancellationToken.None);

    public void Adopt(IReadOnlyList<Role> roles) => Post(() =>
    {
        Desk.Adopt(roles);
        NoteControllersChanged();
    });

    public void Answer(IController controller, ulong question, DecisionAnswer answer) => Post(() =>
    {
        Hear(controller);
        Desk.Answer(controller, question, answer);
    });

    public void Command(IController controller, ControllerCommand command, Func<OrderOutcome?> recall, Action<OrderOutcome> remember) => Post(() =>
    {
        Hear(controller);
        var earlier = recall();
        var outcome = earlier ?? Do(controller, command);
        if (earlier is null)
            remember(outcome);
        controller.Tell(new CommandOutcome(command.CorrelationId, command.Namespace, command.Token, outcome) { Replayed = earlier is not null });
    });

    public void Tell(SessionChange change) => Post(() => Publish(EventOf(change)));

    public async Task<SessionIdentity?> FindHolderAsync(HostNamespace served, uint token, CancellationToken cancellation)
    {
        var loop = LoopOf(served);
        return await AskAsync(() => loop.IsGone ? null : loop.Paths.FindHolder(token)?.Controller.Identity, cancellation);
    }

    public Task<RoleStanding> CountAsync(string role, CancellationToken cancellation) => AskAsync(
        () =>
        {
            var counts = _namespaces.Select(loop => loop.Paths.CountDelegated(role)).ToList();
            return new RoleStanding(
                counts.Sum(count => count.Delegated), counts.Sum(count => count.FallenBack), Desk.SubflowsOf(role),
                Desk.Find(role)?.IsResponsive ?? true);
        },
        cancellation);

    private OrderOutcome Do(IController controller, ControllerCommand command)
    {
        try
        {
            var seat = Desk.RequirePrimary(controller);
            return _namespaces.Find(loop => loop.Served.Name == command.Namespace) is { } loop
                ? loop.Paths.Command(seat, command)
                : throw new SessionRefusedException(SessionRefusal.ConnectionNotFound, $"the namespace {command.Namespace} is served no longer");
        }
        catch (SessionRefusedException refusal)
        {
            return new OrderOutcome(refusal);
        }
    }

    private void Hear(IController controller)
    {
        if (Desk.Hear(controller))
            NoteControllersChanged();
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
