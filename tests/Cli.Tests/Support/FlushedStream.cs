using System.Text;

namespace Mptcp.ControlPlane.Cli.Tests.Support;

/// <summary>An output that tells what has really been written out: what was written but not flushed does not count.</summary>
sealed class FlushedStream : MemoryStream
{
    readonly Lock _guard = new();
    readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];
    string _flushed = "";

    /// <summary>Completes when a text has been flushed.</summary>
    public Task SeenAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_guard)
        {
            _awaited.Add((text, seen));
            Tell();
        }

        return seen.Task;
    }

    public override void Flush()
    {
        lock (_guard)
        {
            _flushed = Encoding.UTF8.GetString(ToArray());
            Tell();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    void Tell()
    {
        foreach (var (_, seen) in _awaited.Where(awaited => _flushed.Contains(awaited.Text, StringComparison.Ordinal)))
            seen.TrySetResult();
    }
}
