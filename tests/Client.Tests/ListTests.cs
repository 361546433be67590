using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests;

/// <summary>Lists that come in pages.</summary>
public sealed class ListTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_page_is_asked_for_with_the_filter_and_the_view()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => Page(request, last: "c"));
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });
        var request = new ListConnectionsRequest
        {
            Filter = new ConnectionFilter { Tokens = { 1, 2 } },
            View = ConnectionView.Statistics,
        };

        await foreach (var _ in client.ListConnectionsAsync(request, Cancellation))
        {
        }

        var asked = new ListConnectionsRequest(request) { Namespace = "blue", PageSize = 1000 };
        Assert.Equal(
            [asked, new(asked) { PageToken = "b" }, new(asked) { PageToken = "c" }],
            daemon.Requests.Cast<ListConnectionsRequest>());
        Assert.Equal("", request.PageToken);
    }

    [Fact]
    public async Task A_list_goes_on_from_a_page_and_in_pages_of_a_size()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => Page(request, last: "z"));
        await using var client = new ControlPlaneClient(daemon.Address);

        var listed = new List<string>();
        await foreach (var connection in client.ListConnectionsAsync(new() { PageToken = "x", PageSize = 7 }, Cancellation))
            listed.Add(connection.Namespace);

        Assert.Equal(["x", "y", "z"], listed);
        Assert.All(daemon.Requests.Cast<ListConnectionsRequest>(), request => Assert.Equal(7, request.PageSize));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_next_page_is_on_its_way_while_one_is_enumerated()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        daemon.Answer((ListConnectionsRequest request) =>
        {
            if (request.PageToken == "b")
                asked.SetResult();
            return Page(request, last: "b");
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        await foreach (var _ in client.ListConnectionsAsync(Cancellation))
            await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_page_that_is_refused_fails_the_list_after_the_pages_before_it()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => request.PageToken.Length == 0
            ? Page(request, last: "z")
            : throw Refusal.Of(StatusCode.FailedPrecondition, "restarted", "PAGE_TOKEN_EXPIRED"));
        await using var client = new ControlPlaneClient(daemon.Address);

        var listed = new List<string>();
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var connection in client.ListConnectionsAsync(Cancellation))
                listed.Add(connection.Namespace);
        });

        Assert.Equal(["a"], listed);
        Assert.Equal(ErrorReason.PageTokenExpired, ControlPlaneError.From(failure).Reason);
    }

    // Pages of one connection, each named after its token: a, b, c and so on.
    static ListConnectionsResponse Page(ListConnectionsRequest request, string last)
    {
        var token = request.PageToken.Length == 0 ? "a" : request.PageToken;
        var next = token == last ? "" : ((char)(token[0] + 1)).ToString();
        return new ListConnectionsResponse { Connections = { new Connection { Namespace = token } }, NextPageToken = next };
    }
}
