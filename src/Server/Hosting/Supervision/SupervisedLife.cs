using System.Diagnostics;
using System.Globalization;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>
/// The daemon's life as its service manager sees it: ready, alive, reloading, stopping. It is alive while its kernel loop answers;
/// of a loop that hangs the manager hears nothing, and then ends the daemon.
/// </summary>
/// <param name="supervisor">The service manager.</param>
/// <param name="settings">What that expects.</param>
/// <param name="countConnections">Asks the kernel loop how many connections it knows.</param>
/// <param name="requests">Requests to reload.</param>
/// <param name="reloadables">What can be read again.</param>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class SupervisedLife(
    Supervisor supervisor, SupervisionSettings settings, Func<CancellationToken, Task<int>> countConnections, ReloadRequests requests,
    IEnumerable<IReloadable> reloadables, ILogger<SupervisedLife> log, TimeProvider time) : IAsyncDisposable
{
    // Those who look at the status look seldom.
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<IReloadable> _reloadables = [.. reloadables];
    private Task _alive = Task.CompletedTask;
    private Task _reloading = Task.CompletedTask;
    private string _served = "";
    private volatile string _status = "";

    /// <summary>Says that the daemon serves, and from here on that it is alive.</summary>
    /// <param name="served">What it serves, in words.</param>
    public async Task BeginAsync(string served)
    {
        _served = served;
        _status = StatusOf(supervisor.IsThere ? await countConnections(_stop.Token) : 0);
        supervisor.Tell("READY=1", _status);
        _reloading = ReloadWhenAskedAsync();
        if (supervisor.IsThere)
            _alive = TellAliveAsync();
    }

    /// <summary>Says that the daemon stops, and does nothing more.</summary>
    public void Stop()
    {
        supervisor.Tell("STOPPING=1", "STATUS=stopping");
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _alive;
        await _reloading;
        _stop.Dispose();
    }

    private async Task TellAliveAsync()
    {
        // Half of the time, as sd_watchdog_enabled(3) has it.
        var interval = settings.Watchdog / 2 is { } half && half < StatusInterval ? half : StatusInterval;
        try
        {
            while (true)
            {
                await Task.Delay(interval, time, _stop.Token);
                var status = StatusOf(await CountAsync(interval));
                if (settings.Watchdog is not null)
                    supervisor.Tell("WATCHDOG=1");
                if (status == _status)
                    continue;
                _status = status;
                supervisor.Tell(status);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The daemon stops.
        }
        catch (NetlinkTransportException)
        {
            // The kernel loop has ended; whoever awaits that stops the daemon.
        }
    }

    private async Task<int> CountAsync(TimeSpan patience)
    {
        var counting = countConnections(_stop.Token);
        try
        {
            return await counting.WaitAsync(patience, time, _stop.Token);
        }
        catch (TimeoutException)
        {
            log.KernelLoopSilent();
            return await counting;
        }
    }

    private async Task ReloadWhenAskedAsync()
    {
        try
        {
            while (true)
            {
                await requests.NextAsync(_stop.Token);
                await ReloadAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The daemon stops.
        }
    }

    private async Task ReloadAsync()
    {
        // On Linux it counts CLOCK_MONOTONIC, by which the manager tells this answer from one to an earlier request.
        var microseconds = (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds;
        supervisor.Tell("RELOADING=1", $"MONOTONIC_USEC={microseconds.ToString(CultureInfo.InvariantCulture)}");
        if (_reloadables.Count == 0)
            log.NothingToReload();
        foreach (var reloadable in _reloadables)
        {
            try
            {
                await reloadable.ReloadAsync();
            }
            catch (Exception failure)
            {
                // The daemon goes on as it was, whatever went wrong.
                log.ReloadFailed(failure.Message);
            }
        }

        supervisor.Tell("READY=1", _status);
    }

    private string StatusOf(int connections)
        => string.Create(CultureInfo.InvariantCulture, $"STATUS=serving {_served}; {connections} connections");
}
