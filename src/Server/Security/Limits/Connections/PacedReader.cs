using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Mptcp.ControlPlane.Server.Security.Limits.Connections;

/// <summary>
/// What comes over a connection. While it is paused nothing more is read, so that a caller who goes on sending waits itself, as the
/// kernel takes no more of it.
/// </summary>
/// <param name="inner">What is read from.</param>
/// <param name="took">Hears how many bytes were taken, and says how long nothing more shall be read for that.</param>
/// <param name="time">What the time is.</param>
internal sealed class PacedReader(PipeReader inner, Func<long, TimeSpan> took, TimeProvider time) : PipeReader
{
    private readonly Lock _guard = new();
    private TaskCompletionSource _cancelled = NewSignal();
    private ReadOnlySequence<byte> _read;
    private TimeSpan _pause;
    private long _paused;

    /// <summary>Has nothing more be read for a time from now on.</summary>
    public void PauseFor(TimeSpan pause)
    {
        lock (_guard)
        {
            if (pause > Left)
                (_pause, _paused) = (pause, time.GetTimestamp());
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (IsPaused(out _, out _))
            return ReadLaterAsync(cancellationToken);
        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? ValueTask.FromResult(Keep(reading.Result)) : KeepAsync(reading);
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        if (IsPaused(out _, out _) || !inner.TryRead(out result))
            return false;
        Keep(result);
        return true;
    }

    public override void CancelPendingRead()
    {
        inner.CancelPendingRead();
        // The next read hears of it, if there is none now.
        lock (_guard)
            _cancelled.TrySetResult();
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var bytes = _read.Slice(0, consumed).Length;
        inner.AdvanceTo(consumed, examined);
        if (bytes > 0 && took(bytes) is { Ticks: > 0 } pause)
            PauseFor(pause);
    }

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private TimeSpan Left => _pause == TimeSpan.Zero ? TimeSpan.Zero : _pause - time.GetElapsedTime(_paused);

    private ReadResult Keep(ReadResult result)
    {
        _read = result.Buffer;
        if (result.IsCanceled)
        {
            lock (_guard)
                _cancelled = NewSignal();
        }

        return result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> KeepAsync(ValueTask<ReadResult> reading) => Keep(await reading);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<ReadResult> ReadLaterAsync(CancellationToken cancellationToken)
    {
        while (IsPaused(out var left, out var cancelled))
        {
            // Timers know no part of a millisecond, and would be over at once.
            var delay = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(Task.Delay(delay, time, over.Token), cancelled);
            await over.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Keep(await inner.ReadAsync(cancellationToken));
    }

    private bool IsPaused(out TimeSpan left, out Task cancelled)
    {
        lock (_guard)
        {
            left = Left;
            cancelled = _cancelled.Task;
            return left > TimeSpan.Zero && !cancelled.IsCompleted;
        }
    }
}
