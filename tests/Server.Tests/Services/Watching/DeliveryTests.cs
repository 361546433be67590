using System.Net;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Filters;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Tests.Support;
using Subflow = Mptcp.ControlPlane.Server.State.Subflow;
using SubflowState = Mptcp.ControlPlane.Server.State.SubflowState;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

/// <summary>When events and bookmarks come, and together with what.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private readonly StreamLab _lab = new();

    [Fact]
    public async Task A_bookmark_comes_once_in_a_pause_and_only_when_something_was_seen()
    {
        await FollowAsync(new WatchOptions { Snapshot = false, BookmarkIdle = TimeSpan.FromMilliseconds(50), Allow = [Only(99)] });
        // Nothing was seen: a long time brings nothing.
        _lab.Time.Advance(TimeSpan.FromMinutes(1));
        _lab.Append(StateEventType.SubflowClosed, 1);
        Assert.Equal(1UL, (await _lab.NextInTimeAsync()).Message.Bookmark.Sequence);

        // Another pause without anything new in it brings none either; the next thing to come is the next event.
        _lab.Time.Advance(TimeSpan.FromMinutes(1));
        _lab.Append(StateEventType.SubflowClosed, 99);
        Assert.Equal(2UL, Assert.Single((await _lab.NextAsync()).Events.Events).Sequence);
    }

    [Theory]
    [MemberData(nameof(JumpingClock.Years), MemberType = typeof(JumpingClock))]
    public async Task A_clock_that_jumps_brings_bookmarks_neither_sooner_nor_later_and_their_tokens_lead_on(int years)
    {
        var pause = TimeSpan.FromMilliseconds(50);
        await FollowAsync(new WatchOptions { Snapshot = false, BookmarkIdle = pause, Allow = [Only(99)] });
        _lab.Append(StateEventType.SubflowClosed, 1);
        _lab.Time.Jump(years);
        var (bookmark, passed) = await _lab.NextInTimeAsync();
        // As long as it takes on a busy machine, but not the years by which the clock jumped.
        Assert.InRange(passed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(At(1), ResumeToken.TryParse(bookmark.Bookmark.ResumeToken));

        _lab.Append(StateEventType.SubflowClosed, 99);
        var told = Assert.Single((await _lab.NextAsync()).Events.Events);
        Assert.Equal((2UL, _lab.Time.GetUtcNow()), (told.Sequence, told.Time.ToDateTimeOffset()));
    }

    [Fact]
    public async Task The_token_of_a_batch_leads_to_what_comes_right_after_it()
    {
        for (uint token = 1; token <= 5; token++)
            _lab.Append(StateEventType.ConnectionUpdated, token);
        _lab.Start(new WatchOptions { BatchEvents = 2, Resume = At(0) });
        var batch = (await _lab.NextAsync()).Events;
        Assert.Equal([1UL, 2UL], batch.Events.Select(told => told.Sequence));

        Assert.Equal(At(2), ResumeToken.TryParse(batch.ResumeToken));
        Assert.Equal([3UL, 4UL], (await _lab.NextAsync()).Events.Events.Select(told => told.Sequence));
    }

    [Fact]
    public async Task Batches_of_a_snapshot_carry_no_token()
    {
        for (uint token = 1; token <= 5; token++)
            _lab.Connections.Add(StreamLab.Known(token));
        _lab.Start(new WatchOptions { BatchEvents = 2 });

        for (var left = 5; left > 0; left -= 2)
        {
            var batch = (await _lab.NextAsync()).Events;
            Assert.Equal((Math.Min(left, 2), ""), (batch.Events.Count, batch.ResumeToken));
        }

        Assert.Equal(At(0), ResumeToken.TryParse((await _lab.NextAsync()).Sync.ResumeToken));
    }

    [Fact]
    public async Task An_event_is_not_held_up_by_many_that_do_not_match()
    {
        // The one that matches is among the first that are read; all others are read after it, and there is no pause.
        _lab.Append(StateEventType.ConnectionUpdated, 99);
        for (var i = 0; i < 3_000; i++)
            _lab.Append(StateEventType.ConnectionUpdated, 1);
        _lab.Start(new WatchOptions { Resume = At(0), Allow = [Only(99)] });

        var batch = (await _lab.NextAsync()).Events;
        Assert.Equal(1UL, Assert.Single(batch.Events).Sequence);
        Assert.InRange(ResumeToken.TryParse(batch.ResumeToken)!.Value.Sequence, 1UL, 2_048UL);
    }

    [Fact]
    public async Task A_batch_is_sent_once_it_has_a_mebibyte()
    {
        var end = new IPEndPoint(IPAddress.Loopback, 1);
        var large = StreamLab.Known(1) with { Subflows = [.. Enumerable.Repeat(new Subflow(end, end, SubflowState.Established), 1_000)] };
        _lab.Append([.. Enumerable.Range(0, 100).Select(
            _ => new StateEvent(StateEventType.ConnectionUpdated, "self", DateTimeOffset.UnixEpoch) { Token = 1, Connection = large })]);
        _lab.Start(new WatchOptions { Resume = At(0) });

        var first = await _lab.NextAsync();
        var length = first.Events.Events[0].CalculateSize();
        Assert.InRange(first.CalculateSize(), 1024 * 1024, (1024 * 1024) + (2 * length));
        Assert.Equal((ulong)first.Events.Events.Count + 1, (await _lab.NextAsync()).Events.Events[0].Sequence);
    }

    [Fact]
    public async Task Who_wants_few_fields_gets_those_and_the_sequence()
    {
        _lab.Append(StateEventType.ConnectionUpdated, 5);
        var mask = new EventMask();
        mask.Add("sequence", Event.Descriptor);
        mask.Add("token", Event.Descriptor);
        _lab.Start(new WatchOptions { Resume = At(0), Mask = mask });

        Assert.Equal(new Event { Sequence = 1, Token = 5 }, Assert.Single((await _lab.NextAsync()).Events.Events));
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private static WatchFilter Only(uint token) => new() { Tokens = new HashSet<uint> { token } };

    private ResumeToken At(ulong sequence) => new(_lab.Identity.BootId, _lab.Identity.Epoch, sequence);

    private async Task FollowAsync(WatchOptions options)
    {
        _lab.Start(options);
        Assert.NotNull((await _lab.NextAsync()).Sync);
    }
}
