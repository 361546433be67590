using System.Net;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>Tells of handshakes that came to nothing, but not more of them than anybody reads: whoever likes can cause them.</summary>
internal sealed class RefusedHandshakes : IDisposable
{
    /// <summary>How many are told within <see cref="Window"/>; of the others only the number is.</summary>
    public const int MostTold = 10;

    /// <summary>The time that <see cref="MostTold"/> is for.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly ILogger<RefusedHandshakes> _log;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private int _told;
    private long _untold;

    public RefusedHandshakes(TimeProvider time, ILogger<RefusedHandshakes> log)
    {
        _log = log;
        _timer = time.CreateTimer(_ => BeginWindow(), null, Window, Window);
    }

    /// <summary>Tells of one.</summary>
    /// <param name="caller">Where it came from.</param>
    /// <param name="problem">Why it came to nothing.</param>
    public void Tell(EndPoint? caller, string problem)
    {
        lock (_lock)
        {
            if (_told == MostTold)
            {
                _untold++;
                return;
            }

            _told++;
        }

        _log.HandshakeRefused(caller, problem);
    }

    public void Dispose() => _timer.Dispose();

    private void BeginWindow()
    {
        long untold;
        lock (_lock)
        {
            untold = _untold;
            (_told, _untold) = (0, 0);
        }

        if (untold > 0)
            _log.HandshakesRefused(untold, Window.TotalSeconds);
    }
}
