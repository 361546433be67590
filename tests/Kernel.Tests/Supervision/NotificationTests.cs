using System.Diagnostics;
using System.Globalization;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Supervision;

/// <summary>The service manager hears of the daemon's life.</summary>
public class NotificationTests
{
    static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(2);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task It_hears_when_the_daemon_serves_what_it_serves_when_it_reloads_and_when_it_stops()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server);
        var ready = daemon.Supervisor.Messages.Single(message => message.Has("READY=1"));
        Assert.Equal($"serving on {daemon.Address}, the namespaces self; 0 connections", ready.Find("STATUS"));

        var before = daemon.Supervisor.Messages.Count;
        daemon.Process.HangUp();
        var reloading = await daemon.Supervisor.MessageAsync("it to reload", message => message.Has("RELOADING=1"), before);
        var again = await daemon.Supervisor.MessageAsync("it to have reloaded", message => message.Has("READY=1"), before);
        // By CLOCK_MONOTONIC, as .NET's time stamps are here; systemd takes no older one than its request.
        var microseconds = long.Parse(reloading.Find("MONOTONIC_USEC")!, CultureInfo.InvariantCulture);
        Assert.InRange(microseconds, (long)TimeOf(ready), (long)TimeOf(reloading));
        Assert.True(again.At >= reloading.At);
        await daemon.Process.ReadUntilAsync(daemon.Process.Errors, "the configuration was read again");

        before = daemon.Supervisor.Messages.Count;
        await daemon.EndAsync();
        Assert.Contains(daemon.Supervisor.Messages.Skip(before), message => message.Has("STOPPING=1"));

        static double TimeOf(SupervisorMessage message) => Stopwatch.GetElapsedTime(0, message.At).TotalMicroseconds;
    }

    [LabFact]
    public async Task It_hears_that_the_daemon_is_alive_at_half_of_the_time_that_it_waits()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server, watchdog: Watchdog);

        await LabWait.UntilAsync("four signs of life", () => Signs().Count >= 4, 4 * Watchdog, Cancellation);

        Assert.All(
            Signs().Zip(Signs().Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one, next)),
            pause => Assert.InRange(pause, Watchdog / 4, Watchdog));

        List<long> Signs() => [.. daemon.Supervisor.Messages.Where(message => message.Has("WATCHDOG=1")).Select(message => message.At)];
    }

    [LabFact]
    public async Task A_daemon_that_its_manager_cannot_hear_serves_all_the_same()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var start = new ProcessStartInfo(Programs.Daemon, ["--socket", Path.Combine(Path.GetTempPath(), $"unheard-{Environment.ProcessId}.sock")]);
        start.Environment["NOTIFY_SOCKET"] = "/nowhere/at/all";
        await using var process = lab.Server.StartProcess(start);

        await process.ReadUntilAsync(process.Errors, "READY on ", TimeSpan.FromSeconds(30));

        Assert.Contains("the service manager cannot be reached", process.Transcript, StringComparison.Ordinal);
        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync());
    }
}
