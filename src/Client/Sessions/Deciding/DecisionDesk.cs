using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// Has requests decided by the controller's code, several at once. It begins in the thread that brings the request, and what it
/// decides without waiting is answered there and then.
/// </summary>
sealed class DecisionDesk(PathController controller, PathControllerOptions options)
{
    readonly Lock _gate = new();
    readonly Queue<DecisionWork> _waiting = [];
    readonly HashSet<DecisionWork> _open = [];
    TaskCompletionSource? _idle;
    int _running;

    /// <summary>Takes a request on.</summary>
    public void Take(ControllerSession session, DecisionRequest request)
    {
        var work = new DecisionWork(session, new DecisionContext(request), controller, options.Time);
        lock (_gate)
        {
            _open.Add(work);
            if (_running == options.MaxConcurrentDecisions)
            {
                _waiting.Enqueue(work);
                return;
            }

            _running++;
        }

        Run(work);
    }

    /// <summary>Gives the requests of a session up.</summary>
    public void GiveUp(ControllerSession session, MissedDecisionCause cause)
    {
        List<DecisionWork> given;
        lock (_gate)
            given = [.. _open.Where(work => work.Session == session)];
        foreach (var work in given)
            work.GiveUp(cause);
    }

    /// <summary>Waits until none of the controller's code runs.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            if (_running == 0)
                return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    void Run(DecisionWork? work)
    {
        for (; work is not null; work = Next(work))
        {
            // Its time may have been over before its turn came.
            if (work.IsOver)
                continue;
            ValueTask<PathDecision> decision;
            try
            {
                decision = controller.AnswerAsync(work.Context, work.Cancellation);
                if (!decision.IsCompleted)
                {
                    // It goes on in FinishAsync, for which EndAsync waits.
                    _ = FinishAsync(work, decision);
                    return;
                }

                Answer(work, decision.GetAwaiter().GetResult());
            }
            catch (Exception e)
            {
                Fail(work, e);
            }
        }
    }

    async Task FinishAsync(DecisionWork work, ValueTask<PathDecision> decision)
    {
        try
        {
            Answer(work, await decision);
        }
        catch (Exception e)
        {
            Fail(work, e);
        }

        Run(Next(work));
    }

    static void Answer(DecisionWork work, PathDecision decision)
    {
        if (decision is null)
            throw new InvalidOperationException("The controller's code decided null: PathDecision.Nothing does nothing.");
        if (work.TryEnd())
            work.Session.Answer(work.Context, decision);
    }

    void Fail(DecisionWork work, Exception error)
    {
        if (error is OperationCanceledException && work.IsOver)
            return;
        if (work.TryEnd() && options.StrategyOnFailure is { } strategy)
            work.Session.Answer(work.Context, PathDecision.Defer(strategy));
        controller.TellError(error, work.Context);
    }

    DecisionWork? Next(DecisionWork done)
    {
        done.Dispose();
        lock (_gate)
        {
            _open.Remove(done);
            if (_waiting.TryDequeue(out var next))
                return next;
            if (--_running == 0)
                _idle?.TrySetResult();
            return null;
        }
    }
}
