using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests;

public sealed class DiagnosticsTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_of_sockets_is_handed_over_whole_and_in_order()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>(Batch(1, 2), Batch(3), Complete(3));
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });

        var sockets = await client.ListSocketsAsync(new ListSocketsRequest { Protocol = SocketProtocol.Tcp }, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([1ul, 2, 3], sockets.Select(socket => socket.Cookie));
        Assert.Equal(
            new ListSocketsRequest { Namespace = "blue", Protocol = SocketProtocol.Tcp }, daemon.Received<ListSocketsRequest>());
    }

    public static TheoryData<string, ListSocketsResponse[]> PartialLists => new()
    {
        { "the daemon ended the list of sockets after 0 without saying that it is complete", [] },
        { "the daemon ended the list of sockets after 2 without saying that it is complete", [Batch(1, 2)] },
        { "the daemon says that it listed 3 sockets, and 2 came", [Batch(1, 2), Complete(3)] },
    };

    [Theory]
    [MemberData(nameof(PartialLists))]
    public async Task A_list_that_ends_before_it_is_complete_throws(string message, ListSocketsResponse[] responses)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>(responses);
        await using var client = new ControlPlaneClient(daemon.Address);

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await client.ListSocketsAsync(new ListSocketsRequest(), Cancellation).ToListAsync(Cancellation));

        Assert.Equal((StatusCode.DataLoss, message), (error.StatusCode, ControlPlaneError.From(error).Message));
    }

    [Fact]
    public async Task A_list_that_breaks_off_throws_why()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>(async (_, responses, _) =>
        {
            await responses.WriteAsync(Batch(1));
            throw Refusal.Of(StatusCode.Unavailable, "the namespace vanished", "NAMESPACE_GONE");
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        var seen = new List<ulong>();
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var socket in client.ListSocketsAsync(new ListSocketsRequest(), Cancellation))
                seen.Add(socket.Cookie);
        });

        Assert.Equal([1ul], seen);
        Assert.Equal(ErrorReason.NamespaceGone, ControlPlaneError.From(error).Reason);
    }

    [Fact]
    public async Task A_list_has_a_deadline_and_samples_have_none()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var deadlines = new List<DateTime>();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>(async (_, responses, context) =>
        {
            deadlines.Add(context.Deadline);
            await responses.WriteAsync(Complete(0));
        });
        daemon.Stream<SampleRequest, SampleResponse>((_, _, context) =>
        {
            deadlines.Add(context.Deadline);
            return Task.CompletedTask;
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        Assert.Empty(await client.ListSocketsAsync(new ListSocketsRequest(), Cancellation).ToListAsync(Cancellation));
        Assert.Empty(await client.SampleAsync(new SampleRequest { Token = 5 }, Cancellation).ToListAsync(Cancellation));

        Assert.InRange(deadlines[0], DateTime.UtcNow, DateTime.UtcNow.AddMinutes(1));
        Assert.Equal(DateTime.MaxValue, deadlines[1]);
    }

    [Fact]
    public async Task Samples_are_handed_over_until_the_stream_ends()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<SampleRequest, SampleResponse>(new SampleResponse(), new SampleResponse { Elapsed = new Duration { Seconds = 1 } });
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });

        var samples = await client.SampleAsync(new SampleRequest { Token = 5, Count = 2 }, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([null, 1L], samples.Select(sample => sample.Elapsed?.Seconds));
        Assert.Equal(new SampleRequest { Namespace = "blue", Token = 5, Count = 2 }, daemon.Received<SampleRequest>());
    }

    [Fact]
    public async Task Cancelling_samples_throws_what_cancelling_always_throws()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        daemon.Stream<SampleRequest, SampleResponse>(async (_, responses, context) =>
        {
            await responses.WriteAsync(new SampleResponse());
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.SampleAsync(new SampleRequest { Token = 5 }, Cancellation).WithCancellation(cancellation.Token))
                await cancellation.CancelAsync();
        });
    }

    static ListSocketsResponse Batch(params IEnumerable<ulong> cookies) =>
        new() { Sockets = new SocketBatch { Sockets = { cookies.Select(cookie => new SocketInfo { Cookie = cookie }) } } };

    static ListSocketsResponse Complete(ulong total) => new() { Complete = new SocketListComplete { Total = total } };
}
