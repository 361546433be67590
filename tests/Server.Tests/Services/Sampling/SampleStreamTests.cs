using System.Threading.Channels;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Sampling;
using static Mptcp.ControlPlane.Server.Tests.Services.Sampling.SampledSockets;
using MptcpInfo = Mptcp.Native.Diagnostics.Information.MptcpInfo;

namespace Mptcp.ControlPlane.Server.Tests.Services.Sampling;

public sealed class SampleStreamTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly SignallingTimeProvider _time = new();
    private readonly Channel<SampleResponse> _sent = Channel.CreateUnbounded<SampleResponse>();
    private readonly SemaphoreSlim _reader = new(0);
    private readonly CancellationTokenSource _end = new();
    private readonly ScriptedSource _source = new([Connection(1, new MptcpInfo { BytesSent = 0 })], [Connection(1, new MptcpInfo { BytesSent = 50 })]);
    private bool _isSlow;
    private Task _stream = Task.CompletedTask;

    [Fact]
    public async Task Samples_are_taken_at_once_and_at_multiples_of_the_interval()
    {
        Start(_source);
        var first = await NextAsync();
        Assert.Null(first.Elapsed);
        Assert.Null(first.Connections[0].Delta);

        await TickAsync(Interval);
        var second = await NextAsync();
        Assert.Equal((Interval, 0ul), (second.Elapsed.ToTimeSpan(), second.Coalesced));
        Assert.Equal((50ul, 500d), (second.Connections[0].Delta.BytesSent, second.Connections[0].Rates.BytesSent));
        Assert.Equal(Interval, second.Time.ToDateTime() - first.Time.ToDateTime());
    }

    [Fact]
    public async Task Nothing_is_read_before_it_is_due()
    {
        Start(_source);
        await NextAsync();
        await TickAsync(Interval - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _source.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await NextAsync();
        Assert.Equal(2, _source.Count);
    }

    [Fact]
    public async Task A_sample_that_comes_late_does_not_delay_those_after_it()
    {
        Start(_source);
        await NextAsync();
        await TickAsync(TimeSpan.FromMilliseconds(130));
        Assert.Equal(TimeSpan.FromMilliseconds(130), (await NextAsync()).Elapsed.ToTimeSpan());

        await TickAsync(TimeSpan.FromMilliseconds(70));
        var sample = await NextAsync();
        Assert.Equal((TimeSpan.FromMilliseconds(70), 0ul), (sample.Elapsed.ToTimeSpan(), sample.Coalesced));
    }

    [Fact]
    public async Task What_was_slept_through_is_counted()
    {
        Start(_source);
        await NextAsync();
        await TickAsync(TimeSpan.FromMilliseconds(420));
        Assert.Equal(3ul, (await NextAsync()).Coalesced);
        await TickAsync(TimeSpan.FromMilliseconds(80));
        Assert.Equal(0ul, (await NextAsync()).Coalesced);
    }

    [Fact]
    public async Task For_a_slow_reader_nothing_is_read_until_it_has_taken_what_there_is()
    {
        _isSlow = true;
        Start(_source);
        await NextAsync(); // It is being sent.
        _time.Advance(TimeSpan.FromMilliseconds(350));
        Assert.Equal(1, _source.Count);

        _reader.Release();
        await TickAsync(TimeSpan.FromMilliseconds(50));
        var sample = await NextAsync();
        Assert.Equal((TimeSpan.FromMilliseconds(400), 3ul), (sample.Elapsed.ToTimeSpan(), sample.Coalesced));
        Assert.Equal((50ul, 125d), (sample.Connections[0].Delta.BytesSent, sample.Connections[0].Rates.BytesSent));
    }

    [Fact]
    public async Task A_reader_that_is_done_right_when_a_sample_is_due_gets_it_at_once()
    {
        _isSlow = true;
        Start(_source);
        await NextAsync();
        _time.Advance(3 * Interval);
        _reader.Release();
        Assert.Equal(2ul, (await NextAsync()).Coalesced);
    }

    [Fact]
    public async Task As_many_samples_are_taken_as_were_asked_for()
    {
        Start(_source, count: 2);
        await NextAsync();
        await TickAsync(Interval);
        await NextAsync();
        await EndAsync();
        Assert.Equal(2, _source.Count);
    }

    [Fact]
    public async Task The_last_sample_tells_of_the_end()
    {
        Start(new ScriptedSource([Connection(7, null)], []), count: 9);
        await NextAsync();
        await TickAsync(Interval);
        var last = await NextAsync();
        Assert.Equal([new EndedConnection { Token = 7, Id = IdOf(7) }], last.EndedConnections);
        Assert.Empty(last.Connections);
        await EndAsync();
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_the_wait()
    {
        Start(_source);
        await NextAsync();
        await _time.TimerIsSetAsync();
        await _end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(EndAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _reader.Release();
        await _stream.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _reader.Dispose();
    }

    private void Start(SampleSource source, ulong count = 0)
        => _stream = Task.Run(() => new SampleStream(source, Interval, count, SendAsync, _time).RunAsync(_end.Token));

    private async Task SendAsync(SampleResponse sample, CancellationToken cancellation)
    {
        await _sent.Writer.WriteAsync(sample, cancellation);
        if (_isSlow)
            await _reader.WaitAsync(cancellation);
    }

    private async Task<SampleResponse> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _sent.Reader.ReadAsync(limit.Token);
    }

    private async Task TickAsync(TimeSpan time)
    {
        await _time.TimerIsSetAsync();
        _time.Advance(time);
    }

    private Task EndAsync() => _stream.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
}
