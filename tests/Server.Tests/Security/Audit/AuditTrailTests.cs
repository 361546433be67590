using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

/// <summary>The trail, whatever becomes of where it is written.</summary>
public sealed class AuditTrailTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_are_numbered_and_written_in_their_order()
    {
        var sink = new ScriptedSink();
        using var under = new TrailUnderTest(new AuditOptions(), sink);
        for (var number = 1; number <= 500; number++)
            under.Trail.Add(TrailUnderTest.Entry($"{number}"));
        await under.FlushAsync();
        var numbers = Enumerable.Range(1, 500).Select(number => $"{number}").ToList();
        Assert.Equal(numbers, sink.Messages);
        Assert.Equal(numbers, under.Fields("message"));
        Assert.Equal(numbers, under.Fields("sequence"));
    }

    [Fact]
    public async Task Entries_for_which_there_was_no_room_are_counted_in_one_of_its_own_and_nobody_waited()
    {
        var sink = new ScriptedSink();
        using var under = new TrailUnderTest(new AuditOptions { MemoryEntries = 100_000 }, sink);
        sink.Block();
        under.Trail.Add(TrailUnderTest.Entry("first"));
        await sink.Begun.Task.WaitAsync(Longest, Cancellation);
        for (var number = 0; number < 40_000; number++)
            under.Trail.Add(TrailUnderTest.Entry("more"));
        sink.Unblock();
        await under.FlushAsync();
        Assert.Equal(32_769, sink.Messages.Count(message => message is "first" or "more"));
        Assert.Equal("7232 entries came faster than they could be written", Assert.Single(sink.Messages, message => message is not ("first" or "more")));
        Assert.Equal("7232", Assert.Single(under.Fields("lost"), lost => lost.Length > 0));
    }

    [Fact]
    public async Task Where_it_is_required_nothing_is_allowed_while_entries_are_lost()
    {
        var sink = new ScriptedSink();
        using var under = new TrailUnderTest(new AuditOptions { Required = true }, sink);
        sink.Block();
        under.Trail.Add(TrailUnderTest.Entry("first"));
        await sink.Begun.Task.WaitAsync(Longest, Cancellation);
        Assert.False(under.Trail.Forbids);
        for (var number = 0; number < 40_000; number++)
            under.Trail.Add(TrailUnderTest.Entry("more"));
        Assert.True(under.Trail.Forbids);
        sink.Unblock();
        await under.FlushAsync();
        await under.Trail.RequireAsync(Cancellation);
    }

    [Fact]
    public async Task Where_it_is_required_nothing_is_allowed_while_a_write_has_no_end()
    {
        var time = new FakeTimeProvider();
        var sink = new ScriptedSink();
        using var under = new TrailUnderTest(new AuditOptions { Required = true }, time, sink);
        sink.Block();
        under.Trail.Add(TrailUnderTest.Entry("first"));
        await sink.Begun.Task.WaitAsync(Longest, Cancellation);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(under.Trail.Forbids);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(under.Trail.Forbids);
        sink.Unblock();
        await under.FlushAsync();
        Assert.False(under.Trail.Forbids);
    }

    [Fact]
    public async Task Waiting_entries_take_no_more_than_so_many_bytes()
    {
        var sink = new ScriptedSink();
        using var under = new TrailUnderTest(new AuditOptions(), sink);
        sink.Block();
        under.Trail.Add(TrailUnderTest.Entry("first"));
        await sink.Begun.Task.WaitAsync(Longest, Cancellation);
        for (var number = 0; number < 40; number++)
            under.Trail.Add(TrailUnderTest.Entry("large") with { Size = 1024 * 1024 });
        sink.Unblock();
        await under.FlushAsync();
        Assert.Equal(32, sink.Messages.Count(message => message == "large"));
        Assert.Contains("8 entries came faster than they could be written", sink.Messages);
    }

    [Fact]
    public async Task What_could_not_be_written_is_counted_in_the_next_entry_that_is_and_said_once_in_the_log()
    {
        var sink = new ScriptedSink { IsFull = true };
        using var under = new TrailUnderTest(new AuditOptions(), sink);
        foreach (var message in new[] { "a", "b", "c" })
        {
            under.Trail.Add(TrailUnderTest.Entry(message));
            await under.FlushAsync();
        }

        Assert.False(under.Trail.Forbids);
        sink.IsFull = false;
        under.Trail.Add(TrailUnderTest.Entry("d"));
        await under.FlushAsync();
        Assert.Equal(["d", "3 entries could not be written to somewhere: no space"], sink.Messages);
        Assert.Equal(["a", "b", "c", "d", sink.Messages[1]], under.Fields("message"));
        Assert.Equal([540, 541], under.Log.Entries.Select(entry => entry.EventId));
    }

    [Fact]
    public async Task Where_it_is_required_writes_are_refused_until_it_can_be_written_again()
    {
        var sink = new ScriptedSink { IsFull = true };
        using var under = new TrailUnderTest(new AuditOptions { Required = true }, sink);
        await under.Trail.RequireAsync(Cancellation);
        under.Trail.Add(TrailUnderTest.Entry("a"));
        await under.FlushAsync();
        Assert.True(under.Trail.Forbids);
        var refusal = await Assert.ThrowsAsync<ControlPlaneException>(() => under.Trail.RequireAsync(Cancellation));
        Assert.Equal((StatusCode.Unavailable, ErrorReason.AuditNotWritten), (refusal.StatusCode, refusal.Reason));

        sink.IsFull = false;
        await under.Trail.RequireAsync(Cancellation);
        Assert.False(under.Trail.Forbids);
        Assert.Equal(["1 entries could not be written to somewhere: no space"], sink.Messages);
    }

    [Fact]
    public async Task Where_it_is_required_and_its_disk_answers_nothing_writes_are_refused_before_long()
    {
        var sink = new ScriptedSink { IsFull = true };
        using var under = new TrailUnderTest(new AuditOptions { Required = true }, sink);
        under.Trail.Add(TrailUnderTest.Entry("a"));
        await under.FlushAsync();
        sink.Block();
        await Assert.ThrowsAsync<ControlPlaneException>(() => under.Trail.RequireAsync(Cancellation).WaitAsync(Longest, Cancellation));
        sink.Unblock();
    }

    [Fact]
    public async Task Memory_holds_the_newest_entries()
    {
        using var under = new TrailUnderTest(new AuditOptions { MemoryEntries = 100 });
        for (var number = 1; number <= 250; number++)
            under.Trail.Add(TrailUnderTest.Entry($"{number}"));
        await under.FlushAsync();
        Assert.Equal(Enumerable.Range(151, 100).Select(number => $"{number}"), under.Fields("message"));
        Assert.Equal([169ul, 168, 167], under.Trail.Before(170).Take(3).Select(line => line.Sequence));
    }

    [Fact]
    public async Task Of_what_cannot_be_written_as_it_is_the_rest_is()
    {
        using var under = new TrailUnderTest();
        under.Trail.Add(TrailUnderTest.Entry("odd") with { AfterLater = () => throw new InvalidOperationException("a mistake"), Request = new UpdateLimitsRequest() });
        under.Trail.Add(TrailUnderTest.Entry("next"));
        await under.FlushAsync();
        Assert.Equal(["odd", "next"], under.Fields("message"));
        Assert.Equal([542], under.Log.Entries.Select(entry => entry.EventId));
    }

    [Fact]
    public void Its_end_writes_what_waits()
    {
        var sink = new ScriptedSink();
        var under = new TrailUnderTest(new AuditOptions(), sink);
        for (var number = 0; number < 100; number++)
            under.Trail.Add(TrailUnderTest.Entry("last"));
        under.Dispose();
        Assert.Equal(100, sink.Messages.Count);
    }
}
