using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>Subflows whose handshake nobody answers. The kernel tries for minutes; here it is made to give up earlier.</content>
internal sealed partial class NamespaceLoop
{
    private readonly TimeSpan _subflowTimeout;
    private readonly Queue<Attempt> _attempts = new();
    private readonly List<(uint Token, Subflow Subflow)> _unanswered = [];

    /// <summary>Awaits the outcome of every attempt of this host that is told of, also of one from before the start.</summary>
    private void AwaitOutcomes(StateEvent told)
    {
        if (told is { Type: StateEventType.SubflowRequested, Subflow: { } subflow })
            Await(told.Token, subflow);
        else if (told is { Type: StateEventType.ConnectionCreated, Origin: StateEventOrigin.Reconciled, Connection: { } adopted })
            foreach (var attempt in adopted.Subflows.Where(subflow => subflow.Pending))
                Await(told.Token, attempt);
    }

    private void Await(uint token, Subflow subflow)
    {
        if (_subflowTimeout > TimeSpan.Zero)
            _attempts.Enqueue(new Attempt(_time.After(_subflowTimeout), token, subflow));
    }

    private void Expire()
    {
        while (_attempts.TryPeek(out var attempt) && _time.Until(attempt.Deadline) == TimeSpan.Zero)
        {
            _attempts.Dequeue();
            var subflow = Connections.Find(attempt.Token)?.Subflows.FirstOrDefault(subflow => subflow.Pending && IsSame(subflow, attempt.Subflow));
            if (subflow is { TimedOut: false })
                GiveUp(attempt.Token, subflow);
        }
    }

    private void GiveUp(uint token, Subflow subflow)
    {
        try
        {
            // The local port is not known where the kernel chose it. Of several that look alike, the one that has tried most is the oldest.
            var others = Connections.Find(token)!.Subflows.Where(other => other != subflow).Select(other => other.Local.Port).ToHashSet();
            var socket = _sockets.FindAttempts(token, subflow.Ends)
                .Where(socket => socket.Subflow!.LocalId == subflow.LocalId && !others.Contains(socket.Local.Port))
                .MaxBy(socket => socket.TimerRetries);
            if (socket is null)
            {
                // Its end may have been told by now; what is queued is heard first.
                _unanswered.Add((token, subflow));
                return;
            }

            Connections.TimeOut(token, subflow);
            _sockets.GiveUp(socket);
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure))
        {
            // The kernel gives up by itself later, and says so.
            Telemetry.Log.SubflowUnknown(_log, Served.Name, subflow.Local, subflow.Remote, failure.Message);
        }
    }

    private void FailUnanswered(DateTimeOffset now)
    {
        foreach (var (token, subflow) in _unanswered)
            Connections.Fail(token, subflow, now);
        _unanswered.Clear();
    }

    private static bool IsSame(Subflow subflow, Subflow asked)
        => asked.Request != 0 ? subflow.Request == asked.Request : subflow.Id == asked.Id;

    private readonly record struct Attempt(long Deadline, uint Token, Subflow Subflow);
}
