using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests;

public sealed class ControlPlaneClientTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_reaches_the_daemon_through_its_socket_and_through_its_port()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetInfoRequest _) => new GetInfoResponse { Hostname = "alpha" });

        foreach (var address in new[] { daemon.Address, daemon.HttpAddress })
        {
            await using var client = new ControlPlaneClient(address);
            Assert.Equal("alpha", (await GetInfoAsync(client)).Hostname);
        }
    }

    [Fact]
    public async Task A_client_finds_a_daemon_that_came_back()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetInfoRequest _, ServerCallContext context) =>
        {
            if (daemon.Requests.Count == 1)
                context.GetHttpContext().Abort();
            return Task.FromResult(new GetInfoResponse());
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        await Assert.ThrowsAsync<RpcException>(() => GetInfoAsync(client));
        await GetInfoAsync(client);
    }

    [Fact]
    public void An_address_that_is_none_is_refused_before_any_call() =>
        Assert.Throws<FormatException>(() => new ControlPlaneClient("http://192.0.2.1:1"));

    [Fact]
    public void Every_violation_of_the_options_is_told_at_once()
    {
        var options = new ControlPlaneClientOptions
        {
            Tls = null!,
            Token = "one",
            TokenFile = "/other",
            Namespace = null!,
            Timeout = TimeSpan.Zero,
            KeepAliveInterval = TimeSpan.FromMilliseconds(1),
            KeepAliveTimeout = TimeSpan.FromMilliseconds(1),
            MaxReceiveMessageBytes = 0,
            Reconnection = new WatchReconnection
            {
                InitialDelay = TimeSpan.Zero,
                LongestDelay = TimeSpan.FromDays(2),
                GiveUpAfter = TimeSpan.Zero,
            },
        };

        var error = Assert.Throws<ArgumentException>(() => new ControlPlaneClient(ControlPlaneAddress.Default, options));

        var own = typeof(ControlPlaneClientOptions).GetProperties().Select(property => property.Name);
        var nested = typeof(WatchReconnection).GetProperties()
            .Where(property => property.PropertyType == typeof(TimeSpan))
            .Select(property => $"{nameof(ControlPlaneClientOptions.Reconnection)}.{property.Name}");
        string[] others = [nameof(ControlPlaneClientOptions.Reconnection), nameof(ControlPlaneClientOptions.Token), nameof(ControlPlaneClientOptions.TokenFile)];
        foreach (var name in own.Except(others).Concat(nested))
            Assert.Contains(name + " is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Token and TokenFile are both set", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemon_that_falls_silent_is_noticed_within_half_a_minute_unless_told_otherwise()
    {
        var options = new ControlPlaneClientOptions();

        Assert.InRange(options.KeepAliveInterval + options.KeepAliveTimeout, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_default_namespace_goes_into_a_request_that_names_none()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetLimitsRequest _) => new GetLimitsResponse());
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });
        var request = new GetLimitsRequest();

        await client.Endpoints.GetLimitsAsync(request, cancellationToken: Cancellation);

        Assert.Equal("blue", daemon.Received<GetLimitsRequest>().Namespace);
        Assert.Equal("", request.Namespace);
    }

    [Fact]
    public async Task A_blocking_call_has_the_defaults_too()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var deadline = DateTime.MaxValue;
        daemon.Answer((GetLimitsRequest _, ServerCallContext context) =>
        {
            deadline = context.Deadline;
            return Task.FromResult(new GetLimitsResponse());
        });
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });

        client.Endpoints.GetLimits(new GetLimitsRequest(), cancellationToken: Cancellation);

        Assert.Equal("blue", daemon.Received<GetLimitsRequest>().Namespace);
        Assert.NotEqual(DateTime.MaxValue, deadline);
    }

    [Fact]
    public async Task A_namespace_that_is_named_stays()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetLimitsRequest _) => new GetLimitsResponse());
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });

        await client.Endpoints.GetLimitsAsync(new GetLimitsRequest { Namespace = "red" }, cancellationToken: Cancellation);

        Assert.Equal("red", daemon.Received<GetLimitsRequest>().Namespace);
    }

    [Fact]
    public void Every_unary_request_of_the_contract_that_is_about_a_namespace_has_a_field_for_it()
    {
        string[] aboutTheHost = ["mptcp.control.v1.NodeService.ListNamespaces"];
        FileDescriptor[] files =
        [
            NodeReflection.Descriptor,
            EndpointReflection.Descriptor,
            ConnectionReflection.Descriptor,
            EventReflection.Descriptor,
        ];
        var methods = files.SelectMany(file => file.Services).SelectMany(service => service.Methods);

        foreach (var method in methods.Where(method => !method.IsServerStreaming && !aboutTheHost.Contains(method.FullName)))
            Assert.Equal(FieldType.String, method.InputType.FindFieldByName("namespace")?.FieldType);
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_at_its_deadline()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer(async (GetInfoRequest _, ServerCallContext context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new GetInfoResponse();
        });
        var options = new ControlPlaneClientOptions { Timeout = TimeSpan.FromMilliseconds(50) };
        await using var client = new ControlPlaneClient(daemon.Address, options);

        var error = await Assert.ThrowsAsync<RpcException>(() => GetInfoAsync(client));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Equal(ControlPlaneErrorOrigin.Deadline, ControlPlaneError.From(error).Origin);
    }

    [Fact]
    public async Task The_wait_for_a_subflow_is_added_to_the_deadline()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var deadline = DateTime.MaxValue;
        daemon.Answer((CreateSubflowRequest _, ServerCallContext context) =>
        {
            deadline = context.Deadline;
            return Task.FromResult(new CreateSubflowResponse());
        });
        await using var client = new ControlPlaneClient(
            daemon.Address,
            new ControlPlaneClientOptions { Timeout = TimeSpan.FromMinutes(1) });
        var request = new CreateSubflowRequest { Wait = Duration.FromTimeSpan(TimeSpan.FromMinutes(4)) };

        var before = DateTime.UtcNow;
        await client.Connections.CreateSubflowAsync(request, cancellationToken: Cancellation);

        Assert.InRange(deadline - before, TimeSpan.FromMinutes(4.9), TimeSpan.FromMinutes(5.5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deadline_of_the_callers_own_stays_and_an_infinite_time_is_none(bool own)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var deadline = DateTime.MinValue;
        daemon.Answer((GetInfoRequest _, ServerCallContext context) =>
        {
            deadline = context.Deadline;
            return Task.FromResult(new GetInfoResponse());
        });
        var options = new ControlPlaneClientOptions { Timeout = own ? TimeSpan.FromSeconds(5) : Timeout.InfiniteTimeSpan };
        await using var client = new ControlPlaneClient(daemon.Address, options);

        var call = new CallOptions(deadline: own ? DateTime.UtcNow.AddHours(1) : null, cancellationToken: Cancellation);
        await client.Node.GetInfoAsync(new GetInfoRequest(), call);

        Assert.True(own ? deadline > DateTime.UtcNow.AddMinutes(50) : deadline == DateTime.MaxValue, $"the deadline was {deadline}");
    }

    [Fact]
    public async Task Listing_connections_reads_every_page()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => request.PageToken switch
        {
            "" => new ListConnectionsResponse { Connections = { One(1), One(2) }, NextPageToken = "two" },
            "two" => new ListConnectionsResponse { NextPageToken = "three" },
            _ => new ListConnectionsResponse { Connections = { One(3) } },
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        var ids = new List<ulong>();
        await foreach (var connection in client.ListConnectionsAsync(Cancellation))
            ids.Add(connection.Id);

        Assert.Equal([1ul, 2ul, 3ul], ids);
        Assert.Equal(["", "two", "three"], daemon.Requests.Cast<ListConnectionsRequest>().Select(request => request.PageToken));
    }

    [Fact]
    public async Task Cancelling_a_list_of_connections_throws_what_cancelling_always_throws()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        daemon.Answer(async (ListConnectionsRequest _, ServerCallContext context) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new ListConnectionsResponse();
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.ListConnectionsAsync(cancellation.Token))
            {
            }
        });
    }

    static Connection One(ulong id) => new() { Id = id };

    static async Task<GetInfoResponse> GetInfoAsync(ControlPlaneClient client) =>
        await client.Node.GetInfoAsync(new GetInfoRequest(), cancellationToken: Cancellation);
}
