using Mptcp.ControlPlane.Server.Security.Audit;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

/// <summary>Takes lines, or does not, as a test says.</summary>
internal sealed class ScriptedSink : IAuditSink
{
    private readonly ManualResetEventSlim _open = new(initialState: true);

    public string Name => "somewhere";

    public string Kind => "file";

    public List<string> Messages { get; } = [];

    /// <summary>Ends when something is to be written for the first time.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public volatile bool IsFull;

    /// <summary>Has it take nothing, and say nothing either.</summary>
    public void Block() => _open.Reset();

    public void Unblock() => _open.Set();

    public int Write(IReadOnlyList<AuditBatchLine> lines, out Exception? failure)
    {
        Begun.TrySetResult();
        _open.Wait();
        failure = IsFull ? new IOException("no space") : null;
        if (IsFull)
            return 0;
        Messages.AddRange(lines.Select(line => TrailUnderTest.Field(line.Stored.Line, "message")));
        return lines.Count;
    }

    public void Reopen()
    {
    }

    public void Dispose() => _open.Dispose();
}
