using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Security.Calls;

/// <summary>What a call lives by: its caller, the daemon, and the caller's right to make it.</summary>
internal sealed class CallLife : IDisposable
{
    private static readonly object Key = new();

    private readonly Lock _guard = new();
    private readonly CancellationTokenSource _ended;
    private ControlPlaneException? _why;
    private bool _isOver;

    /// <param name="http">The call.</param>
    /// <param name="stopping">Tells of the daemon's end.</param>
    public CallLife(HttpContext http, CancellationToken stopping)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        http.RequestAborted = _ended.Token;
        http.Items[Key] = this;
    }

    /// <summary>Why the daemon has ended the call; null while it has not.</summary>
    public ControlPlaneException? Why => Volatile.Read(ref _why);

    /// <summary>That of a call.</summary>
    public static CallLife Of(HttpContext http) => (CallLife)http.Items[Key]!;

    /// <summary>Ends the call, for the first reason that there is. One that is over meanwhile has no end any more.</summary>
    public void End(ControlPlaneException why)
    {
        lock (_guard)
        {
            if (_isOver || _why is not null)
                return;
            Volatile.Write(ref _why, why);
            // What follows from it happens elsewhere, not under the lock.
            _ = _ended.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_guard)
            _isOver = true;
        _ended.Dispose();
    }
}
