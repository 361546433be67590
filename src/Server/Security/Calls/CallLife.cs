using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Security.Calls;

/// <summary>What a call lives by: its caller, the daemon, and the caller's right to make it.</summary>
internal sealed class CallLife : IDisposable
{
    private static readonly object Key = new();

    private readonly CancellationTokenSource _ended;
    private ControlPlaneException? _why;

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

    /// <summary>Ends the call; for the first reason that there is.</summary>
    public void End(ControlPlaneException why)
    {
        if (Interlocked.CompareExchange(ref _why, why, null) is null)
            _ended.CancelAsync();
    }

    public void Dispose() => _ended.Dispose();
}
