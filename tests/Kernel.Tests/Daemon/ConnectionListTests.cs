using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>What is listed of real connections, and what is refused.</summary>
public class ConnectionListTests(ServedLab served) : IClassFixture<ServedLab>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_filter_selects_by_what_the_kernel_shows()
    {
        await using var pair = await served.ConnectAsync();
        await using var other = await served.ConnectAsync(AddressKind.IPv6);
        var port = (uint)pair.Connection.RemoteEndPoint.Port;
        await pair.JoinAsync();

        Assert.Equal([pair.Token], await TokensAsync(new() { LocalPrefixes = { "198.18.2.1/32" } }));
        Assert.Equal([pair.PeerToken], await TokensAsync(new() { LocalPorts = { new PortRange { First = port } } }));
        Assert.Equal([pair.Token], await TokensAsync(new() { RemotePorts = { new PortRange { First = port } } }));
        Assert.Equivalent(new[] { other.Token, other.PeerToken }, await TokensAsync(new() { LocalPrefixes = { "::/0" } }), strict: true);
        Assert.Equivalent(new[] { pair.PeerToken, other.PeerToken }, await TokensAsync(new() { ServerSide = true }), strict: true);
        var id = (await pair.GetAsync()).Id;
        Assert.Equal([pair.Token], await TokensAsync(new() { ConnectionIds = { id } }));

        // Who holds a socket is found out a little later.
        var command = (await File.ReadAllTextAsync("/proc/self/comm", Cancellation)).TrimEnd('\n');
        await LabWait.UntilAsync(
            "the owners of all four ends",
            async _ => (await TokensAsync(new() { Commands = { command } })).Count == 4,
            TimeSpan.FromSeconds(20),
            Cancellation);
        Assert.Empty(await TokensAsync(new() { Uids = { 4711 } }));
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.IPv4OnIPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task Statistics_are_the_kernels_figures_of_now(AddressKind kind)
    {
        await using var pair = await served.ConnectAsync(kind);
        await pair.JoinAsync();
        await Transfer.RunAsync(pair.Connection, pair.Peer, new TransferOptions { Length = 200_000 }, Cancellation);
        var info = pair.Connection.ReadInfo()!;

        var got = (await served.Connections.GetConnectionAsync(
            new GetConnectionRequest { Namespace = pair.Namespace, Token = pair.Token, View = ConnectionView.Statistics })).Connection;
        var listed = Assert.Single((await served.Connections.ListConnectionsAsync(new ListConnectionsRequest
        {
            Namespace = pair.Namespace,
            Filter = new ConnectionFilter { Tokens = { pair.Token } },
            View = ConnectionView.Statistics,
        })).Connections);

        foreach (var connection in new[] { got, listed })
        {
            Assert.Equal((pair.Token, (uint)info.AdditionalSubflows), (connection.Statistics.Token, connection.Statistics.AdditionalSubflows));
            Assert.True(connection.Statistics.BytesSent >= 200_000);
            Assert.Equal(2, connection.Subflows.Count);
            Assert.True(connection.Subflows.Sum(subflow => (long)subflow.Statistics.BytesSent) >= 200_000);
            Assert.All(connection.Subflows, subflow => Assert.Equal(SocketState.Established, subflow.Statistics.State));
        }

        Assert.Null((await pair.GetAsync()).Statistics);
    }

    [LabFact]
    public async Task A_token_of_another_namespace_is_told_as_such()
    {
        await using var pair = await served.ConnectAsync();
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"the namespace {pair.Namespace} has no connection with the token 0x{pair.PeerToken:x8}; the namespace {pair.PeerNamespace} has one");

        var token = pair.PeerToken;
        await RefusesAsync(words, served.Connections.GetConnectionAsync(new GetConnectionRequest { Namespace = pair.Namespace, Token = token }));
        await RefusesAsync(words, served.Connections.CloseConnectionAsync(new CloseConnectionRequest { Namespace = pair.Namespace, Token = token }));
        var create = pair.SubflowOver(path: 2);
        create.Token = token;
        await RefusesAsync(words, served.Connections.CreateSubflowAsync(create));
    }

    [LabFact]
    public async Task Another_connection_of_the_token_is_not_closed()
    {
        await using var pair = await served.ConnectAsync();
        var id = (await pair.GetAsync()).Id;
        var request = new CloseConnectionRequest { Namespace = pair.Namespace, Token = pair.Token, ConnectionId = id + 1 };

        var refusal = await ServedLab.RefusalOfAsync(served.Connections.CloseConnectionAsync(request));

        Assert.Equal((StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch), (refusal.StatusCode, refusal.Reason));
        await pair.Pair.ExchangeAsync(Cancellation);
        request.ConnectionId = id;
        Assert.Single((await served.Connections.CloseConnectionAsync(request)).Destroyed);
    }

    [LabFact]
    public async Task A_page_token_does_not_outlive_the_daemon()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var pair = await AddressKind.IPv4.ConnectAsync(lab, Cancellation);
        string[] arguments = ["--namespace", lab.Client.NamespacePath, "--namespace", lab.Server.NamespacePath];
        string token;
        await using (var before = await DaemonProcess.StartAsync(lab.Client, arguments))
            token = (await before.Client.Connections.ListConnectionsAsync(new ListConnectionsRequest { PageSize = 1 })).NextPageToken;
        Assert.NotEqual("", token);
        await using var after = await DaemonProcess.StartAsync(lab.Client, arguments);

        var refusal = await ServedLab.RefusalOfAsync(
            after.Client.Connections.ListConnectionsAsync(new ListConnectionsRequest { PageSize = 1, PageToken = token }));

        Assert.Equal((StatusCode.FailedPrecondition, ErrorReason.PageTokenExpired), (refusal.StatusCode, refusal.Reason));
    }

    async Task<List<uint>> TokensAsync(ConnectionFilter filter)
    {
        var request = new ListConnectionsRequest { Filter = filter };
        var listed = await served.Client.ListConnectionsAsync(request, Cancellation).ToListAsync(Cancellation);
        return [.. listed.Select(connection => connection.Token)];
    }

    static async Task RefusesAsync<T>(string message, AsyncUnaryCall<T> call)
    {
        var refusal = await ServedLab.RefusalOfAsync(call);
        Assert.Equal((StatusCode.NotFound, ErrorReason.ConnectionNotFound), (refusal.StatusCode, refusal.Reason));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }
}
