using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Filters;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

public sealed class LossTests : IAsyncDisposable
{
    private readonly StreamLab _lab = new();

    [Fact]
    public async Task A_loss_tells_how_much_the_kernel_dropped_and_where()
    {
        await FollowAsync(new WatchOptions { Snapshot = false });
        _lab.Append(StateEventType.ListenerCreated);
        await _lab.NextAsync();
        _lab.Lose(7, "blue");

        Assert.Equal(
            new Lost { Source = LossSource.Kernel, Count = 7, FirstSequence = 2, LastSequence = 2, Namespace = "blue" }, (await _lab.NextAsync()).Lost);
    }

    [Fact]
    public async Task Losses_within_a_second_are_told_together_when_it_is_over()
    {
        await FollowAsync(new WatchOptions { Snapshot = false });
        _lab.Lose(1);
        Assert.Equal(1UL, (await _lab.NextAsync()).Lost.Count);
        await _lab.SnapshotAsync();
        _lab.Lose(20);
        _lab.Lose(300);

        var (message, passed) = await _lab.NextInTimeAsync();
        Assert.Equal(
            new Lost { Source = LossSource.Kernel, Count = 320, FirstSequence = 2, LastSequence = 3, Namespace = "self" }, message.Lost);
        Assert.True(passed >= TimeSpan.FromSeconds(1), $"it came after {passed}");
        Assert.Equal(3UL, (await _lab.SnapshotAsync()).Sync.Sequence);
    }

    [Fact]
    public async Task A_sum_is_absent_when_one_loss_could_not_be_counted_and_the_namespace_when_there_are_several()
    {
        _lab.Lose(5);
        _lab.Lose(null, "blue");
        _lab.Start(new WatchOptions { Resume = new ResumeToken(_lab.Identity.BootId, _lab.Identity.Epoch, 0) });

        Assert.Equal(new Lost { Source = LossSource.Kernel, FirstSequence = 1, LastSequence = 2 }, (await _lab.NextAsync()).Lost);
    }

    [Fact]
    public async Task What_is_lost_of_a_namespace_that_nobody_asked_for_is_not_told()
    {
        await FollowAsync(new WatchOptions { Snapshot = false, Allow = [new WatchFilter { Namespaces = new HashSet<string> { "self" } }] });
        _lab.Lose(5, "blue");
        _lab.Append(StateEventType.ListenerCreated);

        Assert.Equal(2UL, Assert.Single((await _lab.NextAsync()).Events.Events).Sequence);
    }

    [Fact]
    public async Task A_watcher_may_have_what_the_kernel_dropped_end_its_stream()
    {
        await FollowAsync(new WatchOptions { Snapshot = false, FailOnLoss = true });
        _lab.Lose(5);

        Assert.Equal(5UL, (await _lab.NextAsync()).Lost.Count);
        var error = await Assert.ThrowsAsync<ControlPlaneException>(
            () => _lab.Stream.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.OutOfRange, ErrorReason.EventsLost), (error.StatusCode, error.Reason));
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private async Task FollowAsync(WatchOptions options)
    {
        _lab.Start(options);
        Assert.NotNull((await _lab.NextAsync()).Sync);
    }
}
