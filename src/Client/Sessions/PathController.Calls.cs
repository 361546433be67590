using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

// How the library calls what the author of a controller wrote.
public abstract partial class PathController
{
    /// <summary>Has a request decided, by the method of its cause, or of each in turn.</summary>
    internal ValueTask<PathDecision> AnswerAsync(DecisionContext context, CancellationToken cancellationToken)
    {
        var reasons = context.Request.Reasons;
        if (reasons.Count == 0)
            return DecideOnceAsync(context, cancellationToken);
        for (var i = 1; i < reasons.Count; i++)
        {
            if (reasons[i].Cause != reasons[0].Cause)
                return AnswerForEachAsync(context, cancellationToken);
        }

        return AnswerForAsync(reasons[0].Cause, context, cancellationToken);
    }

    internal void TellState(ControllerState state)
    {
        lock (_gate)
        {
            _state = state;
            if (state.IsPrimary)
                _isPrimary.TrySetResult();
            else if (_isPrimary.Task.IsCompleted)
                _isPrimary = NewWait();
        }

        Guard(() => OnPrimaryChanged(state));
    }

    internal void TellDecided(DecisionContext context, DecisionResult result) => Guard(() => OnDecided(context, result), context);

    internal void TellMissed(MissedDecision missed) => Guard(() => OnMissed(missed), missed.Context);

    internal void TellError(Exception error, DecisionContext? context)
    {
        try
        {
            OnError(error, context);
        }
        catch (Exception)
        {
            // Who cannot be told of errors has none to tell this to.
        }
    }

    /// <summary>Keeps what the author's code throws from the session.</summary>
    internal void Guard(Action call, DecisionContext? context = null)
    {
        try
        {
            call();
        }
        catch (Exception e)
        {
            TellError(e, context);
        }
    }

    static TaskCompletionSource NewWait() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    ValueTask<PathDecision> AnswerForAsync(DecisionCause cause, DecisionContext context, CancellationToken cancellationToken) => cause switch
    {
        DecisionCause.Established => OnEstablishedAsync(context, cancellationToken),
        DecisionCause.HandedOver => OnHandedOverAsync(context, cancellationToken),
        DecisionCause.AddressAnnounced => OnAddressAnnouncedAsync(context, cancellationToken),
        DecisionCause.AddressRemoved => OnAddressRemovedAsync(context, cancellationToken),
        DecisionCause.SubflowClosed => OnSubflowClosedAsync(context, cancellationToken),
        DecisionCause.SubflowFailed => OnSubflowFailedAsync(context, cancellationToken),
        DecisionCause.SubflowAppeared => OnSubflowAppearedAsync(context, cancellationToken),
        DecisionCause.LocalAddressUp => OnLocalAddressUpAsync(context, cancellationToken),
        DecisionCause.LocalAddressDown => OnLocalAddressDownAsync(context, cancellationToken),
        _ => DecideOnceAsync(context, cancellationToken),
    };

    async ValueTask<PathDecision> AnswerForEachAsync(DecisionContext context, CancellationToken cancellationToken)
    {
        PathDecision? all = null;
        foreach (var cause in context.Request.Reasons.Select(reason => reason.Cause).Distinct())
        {
            // Null is told of as what it is.
            if (await AnswerForAsync(cause, context, cancellationToken) is not { } decision)
                return null!;
            all = all?.And(decision) ?? decision;
        }

        return all!;
    }

    ValueTask<PathDecision> DecideOnceAsync(DecisionContext context, CancellationToken cancellationToken) =>
        context.General ??= DecideAsync(context, cancellationToken).Preserve();

    sealed class FunctionController(
        ControlPlaneClient client,
        PathControllerOptions options,
        Func<DecisionContext, CancellationToken, ValueTask<PathDecision>> decide) : PathController(client, options)
    {
        protected override ValueTask<PathDecision> DecideAsync(DecisionContext context, CancellationToken cancellationToken) =>
            decide(context, cancellationToken);
    }
}
