using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Filters;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State.Events;

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
    public async Task A_loss_is_told_every_second_while_there_can_be_no_snapshot()
    {
        await FollowAsync(new WatchOptions { Snapshot = false });
        _lab.Gate = new TaskCompletionSource();
        _lab.Lose(5);
        var (first, _) = await _lab.NextInTimeAsync();
        _lab.Lose(60);
        var (second, passed) = await _lab.NextInTimeAsync();
        _lab.Append(StateEventType.ListenerCreated);
        _lab.Gate.SetResult();
        var (third, _) = await _lab.NextInTimeAsync();

        Assert.Equal((5UL, 1UL, 1UL), (first.Lost.Count, first.Lost.FirstSequence, first.Lost.LastSequence));
        Assert.Equal((60UL, 2UL, 2UL), (second.Lost.Count, second.Lost.FirstSequence, second.Lost.LastSequence));
        Assert.True(passed >= TimeSpan.FromSeconds(1), $"it came after {passed}");
        Assert.Equal((1UL, 3UL, 3UL), (third.Lost.Count, third.Lost.FirstSequence, third.Lost.LastSequence));
        Assert.Equal(3UL, (await _lab.SnapshotAsync()).Sync.Sequence);
    }

    [Fact]
    public async Task Who_wants_a_loss_to_end_the_stream_does_not_wait_for_a_snapshot()
    {
        await FollowAsync(new WatchOptions { Snapshot = false, FailOnLoss = true });
        _lab.Gate = new TaskCompletionSource();
        _lab.Lose(5);

        Assert.Equal(5UL, (await _lab.NextAsync()).Lost.Count);
        await Assert.ThrowsAsync<ControlPlaneException>(() => _lab.Stream.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_lost_of_a_namespace_that_is_denied_is_not_told()
    {
        await FollowAsync(new WatchOptions { Snapshot = false, Deny = [new WatchFilter { Namespaces = new HashSet<string> { "blue" } }] });
        _lab.Lose(5, "blue");
        _lab.Append(StateEventType.ListenerCreated);

        Assert.Equal(2UL, Assert.Single((await _lab.NextAsync()).Events.Events).Sequence);
    }

    [Fact]
    public async Task What_is_lost_of_connections_is_not_told_to_who_asks_for_interfaces_alone()
    {
        var interfaces = new WatchFilter { Types = new HashSet<StateEventType> { StateEventType.InterfaceChanged } };
        await FollowAsync(new WatchOptions { Snapshot = false, Allow = [interfaces], BookmarkIdle = TimeSpan.FromMilliseconds(50) });
        _lab.Lose(5);

        Assert.Equal(1UL, (await _lab.NextInTimeAsync()).Message.Bookmark.Sequence);
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
