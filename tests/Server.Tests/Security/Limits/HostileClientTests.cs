using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits;

/// <summary>What HTTP/2 does not allow, or allows and nobody needs: the connection ends, and nobody else has anything of it.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostileClientTests : IAsyncLifetime
{
    private const string GetInfo = "/mptcp.control.v1.NodeService/GetInfo";
    private const string GetPolicies = "/mptcp.control.v1.PolicyService/GetPolicies";
    private const int MostCalls = 50;

    // Beside what the daemon and this program take for themselves meanwhile.
    private const long FewBytes = 24 << 20;

    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];

    private LimitedDaemon _daemon = null!;

    public async ValueTask InitializeAsync()
    {
        if (Mptcp.Lab.LabSupport.SkipReason is null)
            _daemon = await LimitedDaemon.StartAsync(new LimitRules { FirstByte = TimeSpan.FromSeconds(1), CallsPerCaller = MostCalls });
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
    }

    [LabTheory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Garbage_ends_the_connection_also_after_a_proper_opening(bool opens) => _daemon.WithstandsAsync(FewBytes, async () =>
    {
        using var client = await _daemon.ConnectAsync();
        if (opens)
            await client.SendAsync(RawHttp2.Opening);
        var garbage = new byte[64 * 1024];
        new Random(7).NextBytes(garbage);
        await client.SendUntilClosedAsync(garbage);
    });

    [LabFact]
    public Task A_frame_that_is_too_long_ends_the_connection() => _daemon.WithstandsAsync(FewBytes, async () =>
    {
        using var client = await _daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        await client.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, 1, RawHttp2.HeadersOf(GetInfo)));
        await client.SendAsync(RawHttp2.Frame(RawHttp2.Data, 0, 1, new byte[1 << 20]));
        await client.ReadToEndAsync();
    });

    [LabFact]
    public Task Headers_without_an_end_end_the_connection_before_they_take_much() => _daemon.WithstandsAsync(FewBytes, async () =>
    {
        using var client = await _daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        await client.SendAsync(RawHttp2.Frame(RawHttp2.Headers, 0, 1, RawHttp2.HeadersOf(GetInfo)));
        await client.SendUntilClosedAsync(RawHttp2.Frame(RawHttp2.Continuation, 0, 1, RawHttp2.Header("x-more", new string('x', 100))));
    });

    [LabFact]
    public async Task Who_connects_and_says_nothing_is_left_after_the_time_to_the_first_request()
    {
        using var client = await _daemon.ConnectAsync();
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Contains(_daemon.Log.Entries, entry => entry.Message.StartsWith("limits.firstByteSeconds is reached by 127.0.0.1", StringComparison.Ordinal));
        await _daemon.StaysWellAsync();
    }

    [LabFact]
    public async Task Who_opens_and_asks_for_nothing_is_left_too_and_who_has_asked_once_is_not()
    {
        var events = new EventService.EventServiceClient(_daemon.Hostile);
        using var idle = events.Watch(new WatchRequest { Mode = WatchMode.FollowOnly });
        Assert.True(await idle.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        using var client = await _daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        Assert.Contains(RawHttp2.Settings, await client.ReadToEndAsync());
        Assert.Contains(_daemon.Log.Entries, entry => entry.Message.StartsWith("limits.firstByteSeconds is reached", StringComparison.Ordinal));

        // On the same connection, which is older.
        await new NodeService.NodeServiceClient(_daemon.Hostile).GetInfoAsync(new GetInfoRequest());
        Assert.False(idle.ResponseStream.MoveNext(TestContext.Current.CancellationToken).IsCompleted);
    }

    [LabFact]
    public async Task Who_sends_byte_by_byte_is_left_in_the_same_time()
    {
        using var client = await _daemon.ConnectAsync();
        using var slow = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var sent = 0;
        while (await client.SendAsync(RawHttp2.Opening.AsMemory(sent, 1)))
        {
            Assert.True(++sent < RawHttp2.Opening.Length, "there was time for all of it");
            await slow.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        await _daemon.StaysWellAsync();
    }

    [LabFact]
    public async Task Who_does_not_end_his_message_is_left()
    {
        using var client = await _daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        await client.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, 1, RawHttp2.HeadersOf(GetInfo)));
        await client.SendAsync(RawHttp2.Frame(RawHttp2.Data, 0, 1, [0, 0, 0, 1, 0, 1, 2, 3]));
        Assert.DoesNotContain(RawHttp2.Headers, await client.ReadToEndAsync());
        await _daemon.StaysWellAsync();
    }

    [LabFact]
    public Task Pings_and_settings_whose_answers_nobody_reads_take_no_memory() => _daemon.WithstandsAsync(FewBytes, async () =>
    {
        using var client = await _daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        var flood = Enumerable.Repeat<byte[]>([.. RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8]), .. RawHttp2.Frame(RawHttp2.Settings, 0, 0)], 1_000);
        await client.SendUntilClosedAsync(flood.SelectMany(frame => frame).ToArray());
    });

    [LabFact]
    public Task Streams_that_are_opened_and_reset_take_no_memory() => _daemon.WithstandsAsync(FewBytes, async () =>
    {
        using var client = await _daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        var reading = client.ReadToEndAsync();
        var call = RawHttp2.HeadersOf(GetInfo);
        for (var stream = 1; stream < 40_000; stream += 2)
        {
            byte[] opened = [.. RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, stream, call), .. RawHttp2.Frame(RawHttp2.ResetStream, 0, stream, 0, 0, 0, 8)];
            if (!await client.SendAsync(opened))
                break; // It had enough of that.
        }

        client.Finish();
        await reading;
    });

    [LabFact]
    public async Task Who_takes_no_answers_has_so_many_calls_open_and_no_more()
    {
        // Below 4 KiB Kestrel takes an answer for sent.
        var policies = Enumerable.Range(0, 100).Select(number => $"  - {{name: policy-{number}, match: {{local_ports: {number + 1}}}, strategy: none}}");
        await new PolicyService.PolicyServiceClient(_daemon.Good).ApplyPoliciesAsync(
            new ApplyPoliciesRequest { Yaml = $"policies:\n{string.Join('\n', policies)}\n" });
        await _daemon.WithstandsAsync(FewBytes, () => CallWithoutReadingAsync(calls: 500));
    }

    private async Task CallWithoutReadingAsync(int calls)
    {
        using var client = await _daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        // SETTINGS_INITIAL_WINDOW_SIZE (4) of 0: no byte of a message may be sent.
        await client.SendAsync(RawHttp2.Frame(RawHttp2.Settings, 0, 0, 0, 4, 0, 0, 0, 0));
        var call = RawHttp2.HeadersOf(GetPolicies);
        for (var number = 0; number < calls; number++)
        {
            var stream = (2 * number) + 1;
            Assert.True(await client.SendAsync(new byte[][]
            {
                RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, stream, call), RawHttp2.Frame(RawHttp2.Data, RawHttp2.EndStream, stream, EmptyMessage),
            }.SelectMany(frame => frame).ToArray()));
        }

        // All but those that it may have open are refused, which takes headers alone.
        var refused = new HashSet<int>();
        while (refused.Count < calls - MostCalls)
        {
            var frame = await client.ReadFrameAsync();
            Assert.NotNull(frame);
            if (frame.Value is { Type: RawHttp2.Headers } headers && (headers.Flags & RawHttp2.EndStream) != 0)
                refused.Add(headers.Stream);
        }
    }
}
