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
    private TaskCompletionSource _canceled = NewSignal();
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
        if (Left > TimeSpan.Zero)
            return ReadLaterAsync(cancellationToken);
        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? ValueTask.FromResult(Keep(reading.Result)) : KeepAsync(reading);
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        if (Left > TimeSpan.Zero || !inner.TryRead(out result))
            return false;
        Keep(result);
        return true;
    }

    public override void CancelPendingRead()
    {
        inner.CancelPendingRead();
        Interlocked.Exchange(ref _canceled, NewSignal()).SetResult();
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

    private TimeSpan Left
    {
        get
        {
            lock (_guard)
                return _pause == TimeSpan.Zero ? TimeSpan.Zero : _pause - time.GetElapsedTime(_paused);
        }
    }

    private ReadResult Keep(ReadResult result)
    {
        _read = result.Buffer;
        return result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> KeepAsync(ValueTask<ReadResult> reading) => Keep(await reading);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<ReadResult> ReadLaterAsync(CancellationToken cancellationToken)
    {
        var canceled = Volatile.Read(ref _canceled).Task;
        while (Left is { Ticks: > 0 } left && !canceled.IsCompleted)
        {
            // Timers know no part of a millisecond, and would be over at once.
            var delay = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await Task.WhenAny(Task.Delay(delay, time, cancellationToken), canceled);
        }

        return Keep(await inner.ReadAsync(cancellationToken));
    }
}
