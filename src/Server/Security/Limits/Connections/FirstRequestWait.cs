using Microsoft.AspNetCore.Connections;

namespace Mptcp.ControlPlane.Server.Security.Limits.Connections;

/// <summary>Ends a connection over which no request comes in time: Kestrel itself waits for minutes once the connection has begun as HTTP/2.</summary>
internal sealed class FirstRequestWait : IDisposable
{
    private readonly ITimer _timer;
    private int _isOver;

    /// <param name="connection">The connection.</param>
    /// <param name="longest">How long it may take.</param>
    /// <param name="time">What the time is.</param>
    /// <param name="ended">Hears of the connection's being ended.</param>
    public FirstRequestWait(ConnectionContext connection, TimeSpan longest, TimeProvider time, Action ended)
        => _timer = time.CreateTimer(
            _ =>
            {
                if (Interlocked.Exchange(ref _isOver, 1) != 0)
                    return;
                ended();
                connection.Abort(new ConnectionAbortedException("no request came in time"));
            },
            state: null, longest, Timeout.InfiniteTimeSpan);

    /// <summary>A request has come.</summary>
    public void RequestCame()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
            _timer.Dispose();
    }

    public void Dispose() => RequestCame();
}
