using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>What controllers are asked, and what they answer.</content>
internal sealed partial class PathKeeper
{
    /// <summary>Takes a controller's answer to what the desk had open, and tells what comes of it, now or once the connection is established.</summary>
    public void Answer(IController by, uint token, ulong question, DecisionAnswer answer)
    {
        if (!_kept.TryGetValue(token, out var kept) || kept.Delegated is not { Controller: { } controller, Question: { } open } state || open.Id != question
            || _connections.Find(token) is not { } connection)
        {
            by.Tell(new DecisionOutcome(question, new SessionRefusedException(SessionRefusal.DecisionLate, "its connection is gone; nothing was done of it"), []));
            return;
        }

        state.Question = open with { Answer = answer };
        // A client's connection cannot have subflows before its peer is known to speak MPTCP.
        if (connection.State != ConnectionState.Created)
            CarryOut(connection, kept, state, controller, state.Question);
    }

    /// <summary>Notes that an answer has come, and is read in a moment: then its time is not over.</summary>
    public void NoteArrived(uint token, ulong question)
    {
        if (_kept.TryGetValue(token, out var kept) && kept.Delegated is { Question: { } open } state && open.Id == question)
            state.Question = open with { HasArrived = true };
    }

    private void Ask(Seat seat, DelegatedConnection state, Connection connection, PathPolicy policy, TimeSpan now)
    {
        state.Returns = seat.Returns;
        var asked = _desk.Ask(seat, this, id => new DecisionQuestion(id, connection, [.. state.Reasons], policy, _host.All));
        state.Reasons.Clear();
        state.Question = new DelegatedConnection.OpenQuestion(asked.Id, now);
        state.FirstRequest = _requests.Next;
    }

    private PathStrategy? Await(
        Seat seat, Connection connection, KeptConnection kept, DelegatedConnection state, DelegatedConnection.OpenQuestion question,
        Delegation delegation, TimeSpan now)
    {
        if (connection.State == ConnectionState.Created)
            return null;
        if (question.Answer is not null)
        {
            CarryOut(connection, kept, state, seat.Controller, question);
            return StrategyOf(state, delegation);
        }

        if (question.HasArrived)
            return null;
        var due = question.Due ?? now + delegation.Deadline;
        state.Question = question with { Due = due };
        if (now < due)
        {
            BeDue(connection.Token, kept, due);
            return null;
        }

        _desk.Miss(seat, question.Id);
        state.FallBack();
        BeAskedAboutAgain(seat, connection, kept, now);
        return delegation.Fallback;
    }

    private void CarryOut(
        Connection connection, KeptConnection kept, DelegatedConnection state, IController controller, DelegatedConnection.OpenQuestion question)
    {
        state.Question = null;
        kept.IsDecided = true;
        var answer = question.Answer!;
        state.Standing = answer.DeferTo is null ? DelegationStanding.Controller : DelegationStanding.Deferred;
        state.DeferredTo = answer.DeferTo ?? default;
        var role = _desk.Find(state.Role)!.Role;
        var outcomes = answer.Orders.Select(order => Execute(order, connection.Token, kept, role, SubflowMaker.Controller, validateOnly: false)).ToArray();
        if (answer.DeferTo is not null)
            state.Reasons.Clear();
        controller.Tell(new DecisionOutcome(question.Id, null, [.. outcomes], _namespaceName, connection.Token));
        Queue(connection.Token, kept);
    }

    private void CloseQuestion(DelegatedConnection state, SessionRefusal why, string message)
    {
        if (state is not { Question: { } question, Controller: { } controller })
            return;
        _desk.Close(controller, question.Id);
        // What was answered ahead of its time is answered in its turn.
        if (question.Answer is not null)
            controller.Tell(new DecisionOutcome(question.Id, new SessionRefusedException(why, message), []));
        state.Question = null;
    }

    private bool IsToBeHandedOver(Seat seat, DelegatedConnection state)
        => seat.IsResponsive ? state.Returns != seat.Returns : _desk.UntilAsked(seat) == TimeSpan.Zero;

    // A controller that says nothing by itself is found to be well again by asking it. While it is asked about another connection, that
    // one may end before it is answered, and leave it to this one.
    private void BeAskedAboutAgain(Seat seat, Connection connection, KeptConnection kept, TimeSpan now)
    {
        if (seat.IsResponsive)
            return;
        var wait = _desk.UntilAsked(seat);
        BeDue(connection.Token, kept, now + (wait == Timeout.InfiniteTimeSpan ? Seat.LongestPause : wait));
    }
}
