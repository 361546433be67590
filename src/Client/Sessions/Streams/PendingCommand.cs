using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>A command without an answer.</summary>
sealed class PendingCommand(ControlCommand command)
{
    readonly TaskCompletionSource<PathCommandResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The command as it is sent.</summary>
    public ControlRequest Request { get; } = new() { Command = command };

    public ulong CorrelationId => Request.Command.CorrelationId;

    /// <summary>Where it was sent last; null when it never was.</summary>
    public SessionWriter? SentTo { get; set; }

    /// <summary>To which run of the daemon it was sent.</summary>
    public string Epoch { get; set; } = "";

    public Task<PathCommandResult> Answer => _answer.Task;

    public void Succeed(PathCommandResult result) => _answer.TrySetResult(result);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);
}
