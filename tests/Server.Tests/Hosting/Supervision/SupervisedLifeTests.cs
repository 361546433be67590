using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Hosting.Supervision;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Supervision;

/// <summary>What the service manager is told, of a daemon whose kernel loop and configuration are not there.</summary>
public sealed class SupervisedLifeTests : IAsyncDisposable
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMilliseconds(200);

    private readonly LabSupervisor _manager = new();
    private readonly CollectedLog _log = new();
    private readonly ReloadRequests _reloads = new();
    private readonly SupervisionSettings _settings;
    private readonly Supervisor _supervisor;

    public SupervisedLifeTests()
    {
        _settings = new SupervisionSettings { Address = _manager.Address, Watchdog = Watchdog };
        _supervisor = new Supervisor(_settings, NullLogger<Supervisor>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _supervisor.Dispose();
        await _manager.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task Of_a_kernel_loop_that_hangs_no_sign_of_life_is_given_until_it_answers()
    {
        var answer = new TaskCompletionSource<int>();
        var hangs = false;
        await using var life = Create(_ => Volatile.Read(ref hangs) ? answer.Task : Task.FromResult(3));
        await life.BeginAsync("here");
        await _manager.MessageAsync("a sign of life", message => message.Has("WATCHDOG=1"));

        Volatile.Write(ref hangs, true);
        await LabWait.UntilAsync(
            "the hang to be noticed",
            () => _log.Entries.Any(entry => entry.Message.Contains("does not answer", StringComparison.Ordinal)),
            cancellationToken: TestContext.Current.CancellationToken);
        var before = _manager.Messages.Count;
        // Long enough for several signs of life: this is about what does not come.
        await Task.Delay(2 * Watchdog, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(_manager.Messages.Skip(before), message => message.Has("WATCHDOG=1"));

        Volatile.Write(ref hangs, false);
        answer.SetResult(4);
        await _manager.MessageAsync("a further sign of life", message => message.Has("WATCHDOG=1"), before);
        await _manager.MessageAsync("the new count", message => message.Has("STATUS=serving here; 4 connections"), before);
    }

    [Fact]
    public async Task A_reload_that_fails_is_logged_and_the_manager_hears_that_the_daemon_goes_on()
    {
        var reloaded = 0;
        await using var life = Create(
            _ => Task.FromResult(0),
            new Reloadable(() => throw new InvalidOperationException("line 3 is wrong")),
            new Reloadable(() => reloaded++));
        await life.BeginAsync("here");

        _reloads.Add();
        await _manager.MessageAsync("the reload to begin", message => message.Has("RELOADING=1"));
        await _manager.MessageAsync("the reload to end", message => message.Has("READY=1"), skip: 2);

        Assert.Equal(1, reloaded);
        Assert.Contains(_log.Entries, entry => entry.Message.Contains("line 3 is wrong", StringComparison.Ordinal));
    }

    private SupervisedLife Create(Func<CancellationToken, Task<int>> count, params IReloadable[] reloadables) => new(
        _supervisor, _settings, count, _reloads, reloadables, new LoggerFactory([_log]).CreateLogger<SupervisedLife>(), TimeProvider.System);

    private sealed class Reloadable(Action reload) : IReloadable
    {
        public Task ReloadAsync()
        {
            reload();
            return Task.CompletedTask;
        }
    }
}
