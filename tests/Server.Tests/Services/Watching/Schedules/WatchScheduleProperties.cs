using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

public sealed class WatchScheduleProperties : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();

    [Fact]
    public void Whatever_happens_a_watcher_that_has_caught_up_knows_what_the_daemon_knows()
        => Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000].Array[1, 120]).Sample(
            (setting, steps) => Pump.Run(() => RunAsync(new Random(setting), steps)),
            iter: 150,
            threads: 1); // The pool's are needed: there waits end that can be cancelled.

    public void Dispose() => _services.Dispose();

    private async Task RunAsync(Random setting, int[] steps)
    {
        var time = new FakeTimeProvider();
        var daemon = new SimulatedDaemon(setting.Next(4, 80), setting.Next(3) == 0 ? setting.Next(1_000, 30_000) : long.MaxValue, time);
        daemon.Add("self");
        await using var watcher = new SimulatedWatcher(daemon, _services.GetRequiredService<ServerMetrics>(), time);
        var request = WatchRequests.Any(setting);
        var filter = new ReferenceFilter(request);
        watcher.Begin(request, tellsKnown: false);
        foreach (var step in steps)
        {
            var chance = new Random(step);
            switch (chance.Next(40))
            {
                case 0: watcher.Stall(); break;
                case 1: watcher.Hurry(); break;
                case 2 or 3: time.Advance(TimeSpan.FromMilliseconds(chance.Next(2000))); break;
                case 4 or 5: daemon.LoseEvents(chance); break;
                case 6: await YieldAsync(chance.Next(20)); break;
                case 7:
                    await watcher.SettleAsync();
                    Comparison.AssertKnows(watcher.Folded, daemon, filter);
                    break;
                case 8 or 9:
                    await watcher.EndAsync(daemon);
                    watcher.Resume(chance);
                    break;
                case 10:
                    await watcher.EndAsync(daemon);
                    request = WatchRequests.Any(chance);
                    filter = new ReferenceFilter(request);
                    watcher.Begin(request, tellsKnown: chance.Next(2) == 0);
                    break;
                case 11 when chance.Next(2) == 0:
                    var next = daemon.Restart(chance);
                    await watcher.EndAsync(next);
                    AssertDigests(daemon, next);
                    daemon = next;
                    watcher.Resume(chance);
                    break;
                default:
                    daemon.Change(chance);
                    break;
            }

            if (chance.Next(3) > 0)
                daemon.Log.Notify();
        }

        await watcher.SettleAsync();
        Comparison.AssertKnows(watcher.Folded, daemon, filter);
    }

    private static void AssertDigests(SimulatedDaemon before, SimulatedDaemon after)
    {
        foreach (var one in before.Connections)
        {
            foreach (var other in after.Connections)
            {
                Assert.Equal(
                    Comparison.Describe(ConnectionMapping.ToProto(one)) == Comparison.Describe(ConnectionMapping.ToProto(other)),
                    EventMapping.DigestOf(one) == EventMapping.DigestOf(other));
            }
        }
    }

    private static async Task YieldAsync(int times)
    {
        for (; times > 0; times--)
            await Task.Yield();
    }
}
