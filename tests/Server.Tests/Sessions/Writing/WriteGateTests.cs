using Mptcp.ControlPlane.Server.Sessions.Writing;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Writing;

/// <summary>What a new primary waits for.</summary>
public sealed class WriteGateTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly WriteGate _gate = new();

    [Fact]
    public void Where_nobody_writes_there_is_nothing_to_wait_for()
    {
        Assert.True(_gate.DrainAsync().IsCompletedSuccessfully);
        _gate.Enter().Dispose();
        Assert.True(_gate.DrainAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Every_write_that_is_under_way_is_waited_for()
    {
        var (one, other) = (_gate.Enter(), _gate.Enter());
        var drained = _gate.DrainAsync();
        other.Dispose();
        await Task.Run(static () => { }, TestContext.Current.CancellationToken);
        Assert.False(drained.IsCompleted);
        one.Dispose();
        await drained.WaitAsync(Longest, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task One_that_begins_later_is_not_waited_for()
    {
        var before = _gate.Enter();
        var drained = _gate.DrainAsync();
        using var later = _gate.Enter();
        before.Dispose();
        await drained.WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.False(_gate.DrainAsync().IsCompleted);
    }

    [Fact]
    public async Task A_write_ends_once_however_often_it_is_said()
    {
        var (one, other) = (_gate.Enter(), _gate.Enter());
        one.Dispose();
        one.Dispose();
        var drained = _gate.DrainAsync();
        Assert.False(drained.IsCompleted);
        other.Dispose();
        await drained.WaitAsync(Longest, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Whoever_ends_a_write_does_not_do_what_waited_for_it()
    {
        var write = _gate.Enter();
        var thread = 0;
        var waiting = WaitAsync();
        thread = Environment.CurrentManagedThreadId;
        var ranHere = false;
        write.Dispose();
        Assert.False(ranHere);
        await waiting.WaitAsync(Longest, TestContext.Current.CancellationToken);

        async Task WaitAsync()
        {
            await _gate.DrainAsync().ConfigureAwait(false);
            ranHere = Environment.CurrentManagedThreadId == thread;
        }
    }
}
