using System.Globalization;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>A place where the trail is written, and how it stands with it. For the trail's thread, but for <see cref="IsFailing"/>.</summary>
/// <param name="sink">The place.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Count what is not written.</param>
/// <param name="logger">Hears when it fails, and when it is well again.</param>
internal sealed class AuditOutlet(IAuditSink sink, TimeProvider time, ServerMetrics metrics, ILogger logger) : IDisposable
{
    // A full disk stays full for hours, and every entry would say so.
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    // Where a failure takes long, as that of a journal which takes nothing, this many times as long is not spent on the next.
    private const int PauseFactor = 10;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private ulong _notWritten;
    private TimeSpan _pause;
    private long _failed;
    private string _why = "";
    private long? _logged;
    private volatile bool _isFailing;

    /// <summary>Whether what was to be written last was not.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>How many entries were not written, and have to be told of; null for none.</summary>
    public AuditRecord? Missing => _notWritten == 0 ? null : new AuditRecord(AuditKind.Lost, time.GetUtcNow())
    {
        Lost = _notWritten,
        Message = string.Create(CultureInfo.InvariantCulture, $"{_notWritten} entries could not be written to {sink.Name}: {_why}"),
    };

    /// <summary>Writes lines, the last of which may say what is missing.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="missing">The one of them that says what is missing; null for none.</param>
    /// <param name="insists">Whether it is tried even soon after a failure.</param>
    /// <returns>Whether all were written.</returns>
    public bool Write(List<AuditBatchLine> lines, AuditBatchLine? missing, bool insists)
    {
        if (_isFailing && !insists && time.GetElapsedTime(_failed) < _pause)
        {
            Lose(lines.Count - (missing is null ? 0 : 1));
            return false;
        }

        var begun = time.GetTimestamp();
        var written = sink.Write(lines, out var failure);
        if (failure is null)
        {
            _notWritten = 0;
            if (_isFailing)
                logger.AuditWrittenAgain(sink.Name);
            _isFailing = false;
            _logged = null;
            return true;
        }

        Lose(lines.Count - written - (missing is null ? 0 : 1));
        _why = failure.Message;
        _isFailing = true;
        _failed = time.GetTimestamp();
        _pause = TimeSpan.FromTicks(Math.Min(PauseFactor * time.GetElapsedTime(begun, _failed).Ticks, LongestPause.Ticks));
        if (_logged is not { } before || time.GetElapsedTime(before) >= LogInterval)
        {
            logger.AuditNotWritten(sink.Name, failure.Message);
            _logged = time.GetTimestamp();
        }

        return false;
    }

    private void Lose(int lines)
    {
        _notWritten += (ulong)lines;
        metrics.AuditLost(sink.Kind, lines);
    }

    /// <summary>Takes up again what it writes to.</summary>
    public void Reopen() => sink.Reopen();

    public void Dispose() => sink.Dispose();
}
