using System.Text;

namespace Mptcp.ControlPlane.Cli.Tests.Support;

/// <summary>An output that tells what has really been written out: what was written but not flushed does not count.</summary>
sealed class FlushedStream : MemoryStream
{
    readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required string WaitsFor { get; init; }

    /// <summary>Completes when the awaited text has been flushed.</summary>
    public Task Seen => _seen.Task;

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetString(ToArray()).Contains(WaitsFor, StringComparison.Ordinal))
            _seen.TrySetResult();
        return Task.CompletedTask;
    }
}
