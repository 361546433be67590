using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Mptcp.ControlPlane.Server.Tests.Services.Sampling;

/// <summary>A clock that a test sets, and which tells when somebody has begun to wait for it.</summary>
internal sealed class SignallingTimeProvider : FakeTimeProvider
{
    private readonly Channel<ITimer> _set = Channel.CreateUnbounded<ITimer>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _set.Writer.TryWrite(timer); // unbounded: always taken
        return timer;
    }

    /// <summary>Awaits the next timer.</summary>
    public async Task TimerIsSetAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _set.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("timed out waiting for a timer");
        }
    }
}
