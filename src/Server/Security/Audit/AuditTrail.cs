using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// The audit trail. Entries are formatted and written by a thread of its own: whoever makes one never waits for it, and entries for which
/// there was no room are counted in one that says so.
/// </summary>
internal sealed class AuditTrail : IDisposable
{
    private const int MostWaiting = 32_768;
    private const long MostWaitingBytes = 32 * 1024 * 1024;
    private const long MostMemoryBytes = 16 * 1024 * 1024;

    // As much as is written at once.
    private const int BatchBytes = 64 * 1024;

    // So long entries are gathered after some were written: the thread would be woken for each of thousands a second.
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(50);

    // A disk that takes longer for some entries does not fail, as one that is gone over a network does not.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(5);

    // How long a write waits to hear whether the trail can be written again.
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(1);

    private readonly AuditQueue _queue = new(MostWaiting, MostWaitingBytes);
    private readonly AuditMemory _memory;
    private readonly AuditLine _format = new();
    private readonly List<AuditOutlet> _outlets;
    private readonly AuditOptions _options;
    private readonly TimeProvider _time;
    private readonly ServerMetrics _metrics;
    private readonly ILogger<AuditTrail> _logger;
    private readonly ConcurrentQueue<TaskCompletionSource> _flushes = new();
    private readonly ManualResetEventSlim _hurry = new();
    private readonly DenialBudget _denials = new();
    private readonly Thread _thread;
    private ulong _last;
    private long _writingSince;
    private volatile bool _overflowed;
    private volatile bool _reopens;
    private volatile bool _ends;

    /// <param name="options">Where it goes.</param>
    /// <param name="sinks">What it is written to.</param>
    /// <param name="last">The number of the last entry of an earlier run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Count entries.</param>
    /// <param name="logger">Hears what goes wrong.</param>
    public AuditTrail(
        AuditOptions options, IEnumerable<IAuditSink> sinks, ulong last, TimeProvider time, ServerMetrics metrics, ILogger<AuditTrail> logger)
    {
        _options = options;
        _memory = new AuditMemory(options.MemoryEntries, MostMemoryBytes);
        _outlets = [.. sinks.Select(sink => new AuditOutlet(sink, time, metrics, logger))];
        _last = last;
        (_time, _metrics, _logger) = (time, metrics, logger);
        _thread = new Thread(Run) { Name = "audit", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether the answers of controllers are recorded.</summary>
    public bool RecordsDecisions => _options.Decisions;

    /// <summary>Whether nothing may be changed now, as that could not be written: writing fails, is stuck, or is too slow for all of it.</summary>
    public bool Forbids => _options.Required && (_overflowed || IsStuck || _outlets.Exists(outlet => outlet.IsFailing));

    /// <summary>The clock of its entries.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>What a write is refused with that must not happen without the trail.</summary>
    public static ControlPlaneException Refusal => new(
        StatusCode.Unavailable, ErrorReason.AuditNotWritten, "the audit trail cannot be written, and nothing may be changed without it; the daemon's log tells why");

    /// <summary>Records something. Never waits.</summary>
    public void Add(AuditRecord record)
    {
        if (!_queue.TryAdd(record))
            _overflowed = true;
    }

    /// <summary>Records that somebody was refused for want of a right. Beyond so many a second they are counted instead: who may do nothing must not fill the trail.</summary>
    public void AddDenial(AuditRecord record)
    {
        if (_denials.TryTake(_time.GetTimestamp(), _time.TimestampFrequency))
            Add(record);
        else
            _queue.Skip();
    }

    /// <summary>Lets a write go on, or refuses it as it could not be written.</summary>
    /// <exception cref="ControlPlaneException">UNAVAILABLE: the trail is required, and cannot be written.</exception>
    public async Task RequireAsync(CancellationToken cancellation)
    {
        if (!Forbids)
            return;
        // What is missing is tried to be told once more: the disk may have room again.
        try
        {
            await FlushAsync(cancellation).WaitAsync(LongestProbe, _time, cancellation);
        }
        catch (TimeoutException)
        {
            throw Refusal;
        }

        if (Forbids)
            throw Refusal;
    }

    /// <summary>Waits until everything that was recorded before is in memory and, as far as that can be, written.</summary>
    public Task FlushAsync(CancellationToken cancellation)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flushes.Enqueue(flushed);
        Hurry();
        return flushed.Task.WaitAsync(cancellation);
    }

    /// <summary>Has it try again to write what is missing, without waiting for what becomes of it.</summary>
    public void Probe()
    {
        _flushes.Enqueue(new TaskCompletionSource());
        Hurry();
    }

    /// <summary>Takes up its files again, which somebody may have renamed.</summary>
    public void Reopen()
    {
        _reopens = true;
        Hurry();
    }

    /// <summary>The lines in memory before a sequence number, the newest first.</summary>
    public IReadOnlyList<StoredLine> Before(ulong sequence) => _memory.Before(sequence);

    /// <summary>Ends it, when everything is written that can be.</summary>
    public void Dispose()
    {
        _ends = true;
        Hurry();
        _thread.Join();
        foreach (var outlet in _outlets)
            outlet.Dispose();
        _queue.Dispose();
        _hurry.Dispose();
    }

    private bool IsStuck => Volatile.Read(ref _writingSince) is not 0 and var since && _time.GetElapsedTime(since) > LongestWrite;

    private void Hurry()
    {
        _hurry.Set();
        _queue.Wake();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                var isLast = _ends;
                _hurry.Reset();
                WriteWaiting();
                if (isLast)
                    return;
                _hurry.Wait(BatchTime);
                _queue.Sleep(() => _ends || _reopens || !_flushes.IsEmpty);
            }
        }
        catch (Exception exception)
        {
            // Without its thread the trail would lose everything unheard.
            _logger.AuditFailed(exception);
            throw;
        }
    }

    private void WriteWaiting()
    {
        if (_reopens)
        {
            _reopens = false;
            foreach (var outlet in _outlets)
                outlet.Reopen();
        }

        // Those who ask now wait for what was recorded before now.
        var flushes = new List<TaskCompletionSource>();
        while (_flushes.TryDequeue(out var flush))
            flushes.Add(flush);
        var isTried = false;
        do
        {
            var batch = TakeBatch();
            if (batch.Count == 0 && (isTried || flushes.Count == 0))
                break;
            isTried = true;
            Volatile.Write(ref _writingSince, _time.GetTimestamp());
            foreach (var outlet in _outlets)
                Write(outlet, batch, insists: flushes.Count > 0);
            Volatile.Write(ref _writingSince, 0);
        }
        while (true);
        _overflowed = false;
        foreach (var flush in flushes)
            flush.TrySetResult();
    }

    private List<AuditBatchLine> TakeBatch()
    {
        var batch = new List<AuditBatchLine>();
        var bytes = 0;
        if (_queue.TakeLost() is > 0 and var lost)
        {
            _metrics.AuditLost("queue", (long)lost);
            batch.Add(Format(new AuditRecord(AuditKind.Lost, Now)
            {
                Lost = lost,
                Message = string.Create(CultureInfo.InvariantCulture, $"{lost} entries came faster than they could be written"),
            }));
        }

        while (bytes < BatchBytes && _queue.TryTake(out var record))
        {
            var line = Format(record);
            bytes += line.Stored.Line.Length;
            batch.Add(line);
        }

        foreach (var line in batch)
            _memory.Add(line.Stored);
        _metrics.AuditRecorded(batch.Count);
        return batch;
    }

    private void Write(AuditOutlet outlet, List<AuditBatchLine> batch, bool insists)
    {
        if (outlet.Missing is not { } missing)
        {
            if (batch.Count > 0)
                outlet.Write(batch, missing: null, insists);
            return;
        }

        // Its number is taken for good only where it is written.
        var told = new AuditBatchLine(missing, new StoredLine(_last + 1, _format.Write(_last + 1, missing).ToArray()));
        if (outlet.Write([.. batch, told], told, insists))
        {
            _last++;
            _memory.Add(told.Stored);
        }
    }

    private AuditBatchLine Format(AuditRecord record)
    {
        _last++;
        try
        {
            record = AuditOutcomes.Resolve(record);
            return new AuditBatchLine(record, new StoredLine(_last, _format.Write(_last, record).ToArray()));
        }
        catch (Exception exception)
        {
            // Who did what matters more than all of it.
            _logger.AuditEntryCut(_last, exception);
            var cut = record with { Request = null, Before = null, After = null, AfterLater = null, Document = null };
            if (cut.Failure is not null)
                cut = cut with { Status = StatusCode.Internal, Message = cut.Failure.Message };
            return new AuditBatchLine(cut, new StoredLine(_last, _format.Write(_last, cut).ToArray()));
        }
    }
}
