using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Security.Limits.Connections;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits.Connections;

public sealed class PacedReaderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new();
    private readonly Dictionary<long, TimeSpan> _pauses = [];
    private readonly PacedReader _reader;

    public PacedReaderTests() => _reader = new PacedReader(_pipe.Reader, bytes => _pauses.GetValueOrDefault(bytes), _time);

    [Fact]
    public async Task While_it_is_paused_nothing_is_read_and_afterwards_everything()
    {
        await WriteAsync(3);
        _reader.PauseFor(TimeSpan.FromSeconds(2));
        var read = _reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(_reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(3, (await read).Buffer.Length);
        _reader.AdvanceTo((await read).Buffer.End);
        await WriteAsync(4);
        Assert.True(_reader.TryRead(out var next));
        Assert.Equal(4, next.Buffer.Length);
    }

    [Fact]
    public async Task A_pause_that_grows_while_it_is_waited_for_is_waited_for_to_its_end()
    {
        await WriteAsync(1);
        _reader.PauseFor(TimeSpan.FromSeconds(1));
        var read = _reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        _reader.PauseFor(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, (await read).Buffer.Length);
    }

    [Fact]
    public async Task A_read_that_is_cancelled_does_not_wait_for_the_end_of_the_pause()
    {
        _reader.PauseFor(TimeSpan.FromHours(1));
        var read = _reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(read.IsCompleted);
        _reader.CancelPendingRead();
        Assert.True((await read).IsCanceled);
    }

    [Fact]
    public async Task A_cancellation_that_no_read_waits_for_is_the_next_ones_and_no_others()
    {
        await WriteAsync(1);
        _reader.PauseFor(TimeSpan.FromHours(1));
        _reader.CancelPendingRead();
        var read = await _reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(read.IsCanceled);
        _reader.AdvanceTo(read.Buffer.Start);
        Assert.False(_reader.TryRead(out _));
    }

    [Fact]
    public async Task A_read_whose_token_is_cancelled_ends_while_it_is_paused()
    {
        using var stop = new CancellationTokenSource();
        _reader.PauseFor(TimeSpan.FromHours(1));
        var read = _reader.ReadAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task What_was_taken_is_counted_and_may_have_it_pause()
    {
        _pauses[3] = TimeSpan.FromSeconds(1);
        await WriteAsync(5);
        var read = await _reader.ReadAsync(TestContext.Current.CancellationToken);
        _reader.AdvanceTo(read.Buffer.GetPosition(2));
        Assert.True(_reader.TryRead(out var rest));
        _reader.AdvanceTo(rest.Buffer.End);
        await WriteAsync(1);
        Assert.False(_reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_reader.TryRead(out rest));
        Assert.Equal(1, rest.Buffer.Length);
    }

    private async Task WriteAsync(int bytes) => await _pipe.Writer.WriteAsync(new byte[bytes], TestContext.Current.CancellationToken);
}
