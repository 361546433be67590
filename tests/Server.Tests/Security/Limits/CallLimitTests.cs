using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits;

/// <summary>What callers hear whose calls are too many or too long.</summary>
[Collection(AloneCollection.Name)]
public sealed class CallLimitTests
{
    private const string Explain = "/mptcp.control.v1.PolicyService/ExplainConnection";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Too_many_requests_in_a_second_are_refused_with_a_time_to_try_again()
    {
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules { RequestsPerSecond = 1 });
        var node = new NodeService.NodeServiceClient(daemon.Hostile);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            // One of them comes within the second after another.
            for (var count = 0; count < 100; count++)
                await node.GetInfoAsync(new GetInfoRequest(), cancellationToken: Cancellation);
        });
        AssertExceeded(refused, "requests_per_second", TimeSpan.FromSeconds(1));
        Assert.Contains(daemon.Log.Entries, entry => entry.Message.StartsWith("limits.requestsPerSecond is reached by anonymous", StringComparison.Ordinal));
        await daemon.StaysWellAsync();
    }

    [LabFact]
    public async Task Too_many_streams_are_refused_and_others_are_let_in_once_they_end()
    {
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules { StreamsPerCaller = 1 });
        var events = new EventService.EventServiceClient(daemon.Hostile);
        using (var first = events.Watch(new WatchRequest { Mode = WatchMode.FollowOnly }))
        {
            Assert.True(await first.ResponseStream.MoveNext(Cancellation));
            using var second = events.Watch(new WatchRequest { Mode = WatchMode.FollowOnly });
            AssertExceeded(
                await Assert.ThrowsAsync<RpcException>(() => second.ResponseStream.MoveNext(Cancellation)), "streams_per_caller", TimeSpan.FromSeconds(1));
            // What is no stream is counted on its own.
            await new NodeService.NodeServiceClient(daemon.Hostile).GetInfoAsync(new GetInfoRequest(), cancellationToken: Cancellation);
        }

        while (true)
        {
            using var third = events.Watch(new WatchRequest { Mode = WatchMode.FollowOnly });
            try
            {
                Assert.True(await third.ResponseStream.MoveNext(Cancellation));
                break;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
            {
                // The end of the first one is on its way.
            }
        }
    }

    [LabFact]
    public async Task A_message_or_headers_that_are_too_long_are_refused_with_the_limit()
    {
        var role = new Role("te");
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules { RequestBytes = 10_000, HeaderBytes = 2_000 }, role);
        var policies = new PolicyService.PolicyServiceClient(daemon.Hostile);
        var longRequest = new ExplainConnectionRequest { Namespace = new string('x', 20_000) };
        AssertExceeded(
            await Assert.ThrowsAsync<RpcException>(async () => await policies.ExplainConnectionAsync(longRequest, cancellationToken: Cancellation)),
            "request_bytes", delay: null);

        var headers = new Metadata { { "x-long", new string('x', 2_500) } };
        AssertExceeded(
            await Assert.ThrowsAsync<RpcException>(async () => await policies.GetPoliciesAsync(new GetPoliciesRequest(), headers, cancellationToken: Cancellation)),
            "header_bytes", delay: null);

        using var control = new SessionService.SessionServiceClient(daemon.Hostile).Control(cancellationToken: Cancellation);
        await control.RequestStream.WriteAsync(new ControlRequest { Bid = new ControlBid { Role = "te", ElectionId = 1 } }, Cancellation);
        Assert.True(await control.ResponseStream.MoveNext(Cancellation));
        await control.RequestStream.WriteAsync(
            new ControlRequest { Command = new ControlCommand { RequestId = new string('x', 20_000) } }, Cancellation);
        AssertExceeded(
            await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (await control.ResponseStream.MoveNext(Cancellation))
                {
                }
            }),
            "request_bytes", delay: null);
        await daemon.StaysWellAsync();
    }

    [LabFact]
    public async Task Bids_on_an_open_stream_are_requests()
    {
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules { RequestsPerSecond = 5 }, new Role("te"));
        using var control = new SessionService.SessionServiceClient(daemon.Hostile).Control(cancellationToken: Cancellation);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            var sending = Task.Run(async () =>
            {
                for (var bid = 1ul; bid < 1_000; bid++)
                    await control.RequestStream.WriteAsync(new ControlRequest { Bid = new ControlBid { Role = "te", ElectionId = bid } }, Cancellation);
            }, Cancellation);
            while (await control.ResponseStream.MoveNext(Cancellation))
            {
            }

            await sending;
        });
        AssertExceeded(refused, "requests_per_second", TimeSpan.FromMilliseconds(100));
    }

    [LabFact]
    public async Task A_message_that_is_too_long_once_it_is_decompressed_is_refused_before_it_is_all_there()
    {
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules());
        // 256 MiB, of which 260 kB are sent.
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeroes = new byte[1 << 20];
            for (var count = 0; count < 256; count++)
                gzip.Write(zeroes);
        }

        var allocated = GC.GetTotalAllocatedBytes();
        Assert.Equal("8", await CallCompressedAsync(daemon, compressed.ToArray()));
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, 64 << 20);

        using var honest = new MemoryStream();
        using (var gzip = new GZipStream(honest, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(new ExplainConnectionRequest { Namespace = "self", Token = 1 }.ToByteArray());
        Assert.Equal("5", await CallCompressedAsync(daemon, honest.ToArray()));
    }

    [LabFact]
    public async Task Connections_that_are_too_many_are_closed_and_told_of_once()
    {
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules { ConnectionsPerCaller = 2 });
        using var first = await daemon.ConnectAsync();
        using var second = await daemon.ConnectAsync();
        await first.SendAsync(RawHttp2.Opening);
        await second.SendAsync(RawHttp2.Opening);
        Assert.Equal(RawHttp2.Settings, (await first.ReadFrameAsync())?.Type);
        Assert.Equal(RawHttp2.Settings, (await second.ReadFrameAsync())?.Type);
        for (var count = 0; count < 100; count++)
        {
            using var more = await daemon.ConnectAsync();
            Assert.Empty(await more.ReadToEndAsync());
        }

        Assert.Single(daemon.Log.Entries, entry => entry.Message.StartsWith("limits.connectionsPerCaller is reached by 127.0.0.1", StringComparison.Ordinal));
        await daemon.StaysWellAsync();
    }

    [LabFact]
    public async Task Connections_that_come_too_fast_are_closed_and_others_are_not()
    {
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules { ConnectionsPerSecond = 1, FirstByte = TimeSpan.FromSeconds(1) });
        using var first = await daemon.ConnectAsync();
        await first.SendAsync(RawHttp2.Opening);
        Assert.Equal(RawHttp2.Settings, (await first.ReadFrameAsync())?.Type);
        // One that comes more than a second later is let in, and left when nothing comes of it.
        await UntilAsync(daemon, "limits.connectionsPerSecond is reached by 127.0.0.1", async () =>
        {
            using var more = await daemon.ConnectAsync();
            Assert.Empty(await more.ReadToEndAsync());
        });
        await daemon.StaysWellAsync();
    }

    [LabFact]
    public async Task Of_whoever_makes_too_many_requests_nothing_is_read_until_there_may_be_more()
    {
        await using var daemon = await LimitedDaemon.StartAsync(new LimitRules { RequestsPerSecond = 1 });
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(RawHttp2.Opening);
        var call = RawHttp2.HeadersOf("/mptcp.control.v1.NodeService/GetInfo");
        var stream = -1;
        long start = 0;
        await UntilAsync(daemon, "limits.requestsPerSecond is reached by anonymous", async () =>
        {
            start = Stopwatch.GetTimestamp();
            await client.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders | RawHttp2.EndStream, stream += 2, call));
            await AwaitFrameAsync(client, RawHttp2.Headers);
        });

        // The daemon may have waited for this one already when it refused the call.
        var ping = RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8]);
        await client.SendAsync(ping);
        await AwaitFrameAsync(client, RawHttp2.Ping);
        await client.SendAsync(ping);
        await daemon.StaysWellAsync();
        await AwaitFrameAsync(client, RawHttp2.Ping);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.99, double.MaxValue);
    }

    private static async Task UntilAsync(LimitedDaemon daemon, string told, Func<Task> doAsync)
    {
        for (var count = 0; count < 20; count++)
        {
            await doAsync();
            if (daemon.Log.Entries.Any(entry => entry.Message.StartsWith(told, StringComparison.Ordinal)))
                return;
        }

        Assert.Fail($"the log does not say: {told}");
    }

    private static async Task AwaitFrameAsync(RawHttp2 client, byte type)
    {
        while (await client.ReadFrameAsync() is { } frame)
        {
            if (frame.Type == type)
                return;
        }

        Assert.Fail("the daemon has closed the connection");
    }

    private static void AssertExceeded(RpcException refused, string limit, TimeSpan? delay)
    {
        var error = ControlPlaneError.From(refused);
        Assert.True((StatusCode.ResourceExhausted, ErrorReason.CallerLimitExceeded) == (error.StatusCode, error.Reason), $"{error.StatusCode} {error.Reason}: {error.Message}");
        Assert.Equal((limit, "anonymous", delay), (error.Metadata["limit"], error.Metadata["caller"], error.RetryDelay));
    }

    // By hand, as gRPC's own client compresses nothing that it does not have as a whole.
    private static async Task<string?> CallCompressedAsync(LimitedDaemon daemon, byte[] message)
    {
        var body = new byte[5 + message.Length];
        body[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(daemon.Url, Explain))
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.Add("te", "trailers");
        request.Headers.Add("grpc-encoding", "gzip");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await http.SendAsync(request, Cancellation);
        await response.Content.ReadAsByteArrayAsync(Cancellation);
        return (response.Headers.TryGetValues("grpc-status", out var status) || response.TrailingHeaders.TryGetValues("grpc-status", out status)) ? status.Single() : null;
    }
}
