using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Services.Controlling;

/// <summary>
/// Tells a controller what there is to tell it, in order. What came of decisions and commands waits where one before it is still being
/// done elsewhere; what the controller is asked does not wait for that.
/// </summary>
/// <param name="session">The controller's session.</param>
/// <param name="send">Sends one message.</param>
internal sealed class ControlTeller(ControllerSession session, Func<object, Task> send)
{
    // What came of orders, from the first on that is not known yet.
    private readonly Queue<Task<object>> _line = new();

    // Under way since a time when something was in the line: there may be one at a time.
    private Task<bool>? _more;

    /// <summary>Goes on until nothing more will come and all is told.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await WaitAsync(cancellation))
        {
            await TellSettledAsync();
            while (session.TryTake(out var told))
            {
                if (!IsOutcome(told) || (_line.Count == 0 && !IsPending(told)))
                    await send(told);
                else
                    _line.Enqueue(SettleAsync(told));
                await TellSettledAsync();
            }
        }

        while (_line.TryDequeue(out var last))
            await send(await last.WaitAsync(cancellation));
    }

    /// <returns>False when nothing more will come.</returns>
    private async ValueTask<bool> WaitAsync(CancellationToken cancellation)
    {
        if (_line.Count == 0 && _more is null)
            return await session.WaitToTellAsync(cancellation);
        var more = _more ??= session.WaitToTellAsync(cancellation).AsTask();
        if (_line.TryPeek(out var first))
            await Task.WhenAny(more, first);
        if (!more.IsCompleted && _line.Count > 0)
            return true;
        _more = null;
        return await more;
    }

    private async Task TellSettledAsync()
    {
        while (_line.TryPeek(out var first) && first.IsCompleted)
            await send(await _line.Dequeue());
    }

    private async Task<object> SettleAsync(object told)
    {
        switch (told)
        {
            case CommandOutcome command:
                return command with { Outcome = await session.SettleAsync(command.Outcome) };
            case DecisionOutcome decision:
                return decision with { Outcomes = [.. await Task.WhenAll(decision.Outcomes.Select(session.SettleAsync))] };
            default:
                throw new ArgumentOutOfRangeException(nameof(told), told, "no outcome");
        }
    }

    private static bool IsOutcome(object told) => told is CommandOutcome or DecisionOutcome;

    private static bool IsPending(object told) => told switch
    {
        CommandOutcome command => command.Outcome.Pending is not null,
        DecisionOutcome decision => decision.Outcomes.Any(outcome => outcome.Pending is not null),
        _ => false,
    };
}
