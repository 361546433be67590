using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using SocketAddress = Mptcp.Control.V1.SocketAddress;
using Connections = Mptcp.Control.V1.ConnectionService.ConnectionServiceClient;

namespace Mptcp.ControlPlane.Server.Tests.Security;

/// <summary>A caller who may reach one of two real connections learns nothing of the other.</summary>
public sealed class ScopedCallerTests
{
    private const uint User = 2001;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    [LabFact]
    public async Task Lists_watches_and_errors_tell_of_the_connections_in_scope_alone()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2);
        using var directory = new TemporaryDirectory();
        using var mine = await lab.ConnectAsync();
        using var others = await lab.ConnectAsync();
        var port = ((IPEndPoint)mine.Client.RemoteEndPoint).Port;
        Assert.NotEqual(port, ((IPEndPoint)others.Client.RemoteEndPoint).Port);
        await using var daemon = await StartAsync(lab, directory, Binding("operator", port));
        using var channel = SocketChannel.To(directory.File("control.sock"), User, User);
        var connections = new Connections(channel);

        Assert.Equal([mine.Client.Token], (await connections.ListConnectionsAsync(new ListConnectionsRequest())).Connections.Select(one => one.Token));
        Assert.Equal(mine.Client.Token, (await connections.GetConnectionAsync(new GetConnectionRequest { Token = mine.Client.Token })).Connection.Token);
        var known = await SnapshotAsync(channel);
        Assert.Equal([mine.Client.Token], known.Select(told => told.Connection.Token));

        // What there is not, and what it must not know of, are refused in the same words.
        var unknown = others.Client.Token ^ 1;
        foreach (var refused in RefusedFor(connections, channel))
        {
            var hidden = await refused(others.Client.Token);
            var absent = await refused(unknown);
            Assert.Equal(absent.StatusCode, hidden.StatusCode);
            Assert.Equal(absent.Status.Detail.Replace($"{unknown:x8}", "", StringComparison.Ordinal), hidden.Status.Detail.Replace($"{others.Client.Token:x8}", "", StringComparison.Ordinal));
            Assert.Equal(ErrorReason.ConnectionNotFound, ControlPlaneError.From(hidden).Reason);
        }

        // Who may see everything sees both, also what the other did nothing to.
        using var root = SocketChannel.To(directory.File("control.sock"));
        var all = (await new Connections(root).ListConnectionsAsync(new ListConnectionsRequest())).Connections;
        Assert.Equal(new[] { mine.Client.Token, others.Client.Token }.Order(), all.Select(one => one.Token).Order());
        Assert.All(all, one => Assert.Single(one.Subflows));

        await connections.DestroySubflowAsync(Destroy(mine.Client.Token, all.Single(one => one.Token == mine.Client.Token).Subflows[0]));
    }

    [LabFact]
    public async Task What_is_about_the_whole_host_is_denied()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        await using var daemon = await StartAsync(lab, directory, Binding("administrator", port: 443));
        using var channel = SocketChannel.To(directory.File("control.sock"), User, User);
        var error = await new PolicyService.PolicyServiceClient(channel).GetPoliciesAsync(new GetPoliciesRequest())
            .RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        Assert.Contains("it has administrator for some connections alone", error.Message, StringComparison.Ordinal);
        Assert.Equal("read_configuration", error.Metadata["permission"]);
        await new DiagnosticsService.DiagnosticsServiceClient(channel).ListSockets(new ListSocketsRequest())
            .RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        await new DiagnosticsService.DiagnosticsServiceClient(channel).Sample(new SampleRequest { Filter = new SocketFilter() })
            .RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
    }

    [LabFact]
    public async Task Streams_end_when_their_callers_may_do_less_or_more_and_those_of_others_go_on()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        await using var daemon = await StartAsync(lab, directory, Binding("viewer", port: 443));
        using var channel = SocketChannel.To(directory.File("control.sock"), User, User);
        using var root = SocketChannel.To(directory.File("control.sock"));
        using var others = await FollowAsync(root);
        using var changed = await FollowAsync(channel);

        await ReloadAsync(daemon, directory, Binding("viewer", port: 80));
        var end = await EndAsync(changed);
        Assert.Equal((StatusCode.Aborted, ErrorReason.AccessChanged), (end.StatusCode, ControlPlaneError.From(end).Reason));

        using var denied = await FollowAsync(channel);
        await ReloadAsync(daemon, directory, bindings: null);
        end = await EndAsync(denied);
        Assert.Equal((StatusCode.PermissionDenied, ErrorReason.AccessDenied), (end.StatusCode, ControlPlaneError.From(end).Reason));
        Assert.Contains("it has no role", end.Status.Detail, StringComparison.Ordinal);

        // A configuration that is wrong changes nothing.
        await File.WriteAllTextAsync(directory.File("controld.json"), "{", TestContext.Current.CancellationToken);
        await HangUpAsync(daemon, "the configuration is wrong, and what was read before holds on");
        await new Connections(channel).ListConnectionsAsync(new ListConnectionsRequest()).RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);

        using var connected = await lab.ConnectAsync();
        Assert.True(await others.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(LongestWait, TestContext.Current.CancellationToken));
    }

    private static Func<uint, Task<RpcException>>[] RefusedFor(Connections connections, GrpcChannel channel)
    {
        var place = new SocketAddress { Address = "198.18.1.1", Port = 1 };
        return
        [
            token => FailAsync(connections.GetConnectionAsync(new GetConnectionRequest { Token = token }).ResponseAsync),
            token => FailAsync(connections.CreateSubflowAsync(new CreateSubflowRequest { Token = token, Local = place, Remote = place }).ResponseAsync),
            token => FailAsync(connections.DestroySubflowAsync(new DestroySubflowRequest { Token = token, Local = place, Remote = place }).ResponseAsync),
            token => FailAsync(connections.AnnounceAddressAsync(new AnnounceAddressRequest { Token = token, Address = place, AddressId = 9 }).ResponseAsync),
            token => FailAsync(connections.WithdrawAddressAsync(new WithdrawAddressRequest { Token = token, AddressId = 9 }).ResponseAsync),
            token => FailAsync(connections.CloseConnectionAsync(new CloseConnectionRequest { Token = token }).ResponseAsync),
            token => FailAsync(new PolicyService.PolicyServiceClient(channel).ExplainConnectionAsync(new ExplainConnectionRequest { Token = token }).ResponseAsync),
            async token =>
            {
                using var call = new DiagnosticsService.DiagnosticsServiceClient(channel).Sample(new SampleRequest { Token = token, Count = 1 });
                return await FailAsync(call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            },
        ];
    }

    private static Task<RpcException> FailAsync(Task call) => Assert.ThrowsAsync<RpcException>(() => call);

    private static DestroySubflowRequest Destroy(uint token, Subflow subflow) => new() { Token = token, Local = subflow.Local, Remote = subflow.Remote };

    private static async Task<IReadOnlyList<Event>> SnapshotAsync(GrpcChannel channel)
    {
        var told = new List<Event>();
        using var watch = new EventService.EventServiceClient(channel).Watch(new WatchRequest { Mode = WatchMode.SnapshotOnly });
        while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            told.AddRange(watch.ResponseStream.Current.Events?.Events.Where(one => one.Connection is not null) ?? []);
        return told;
    }

    private static async Task<AsyncServerStreamingCall<WatchResponse>> FollowAsync(GrpcChannel channel)
    {
        var watch = new EventService.EventServiceClient(channel).Watch(new WatchRequest { Mode = WatchMode.FollowOnly });
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return watch;
    }

    private static Task<RpcException> EndAsync(AsyncServerStreamingCall<WatchResponse> watch)
        => Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(LongestWait, TestContext.Current.CancellationToken));

    private static JsonArray Binding(string role, int port) =>
        [new JsonObject { ["role"] = role, ["callers"] = new JsonArray($"user:{User}"), ["scope"] = new JsonObject { ["remote_ports"] = new JsonArray(port) } }];

    private static string Configure(TemporaryDirectory directory, JsonArray? bindings) => directory.Write(
        "controld.json",
        new JsonObject { ["socket"] = new JsonObject { ["mode"] = "0666" }, ["access"] = new JsonObject { ["bindings"] = bindings ?? [] } }.ToJsonString());

    private static async Task<LabProcess> StartAsync(NetworkLab lab, TemporaryDirectory directory, JsonArray bindings)
    {
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0x1ff);
        var daemon = lab.Client.StartProcess(DaemonProgram.Start("--config", Configure(directory, bindings), "--socket", directory.File("control.sock")));
        await daemon.ReadUntilAsync(daemon.Errors, "READY", LongestWait);
        return daemon;
    }

    private static Task ReloadAsync(LabProcess daemon, TemporaryDirectory directory, JsonArray? bindings)
    {
        Configure(directory, bindings);
        return HangUpAsync(daemon, "the configuration was read again");
    }

    private static async Task HangUpAsync(LabProcess daemon, string logged)
    {
        daemon.HangUp();
        await daemon.ReadUntilAsync(daemon.Errors, logged, LongestWait);
    }
}
