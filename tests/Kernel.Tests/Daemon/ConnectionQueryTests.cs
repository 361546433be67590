using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Connections as they are listed, got, and told apart.</summary>
public class ConnectionQueryTests(ServedLab served) : IClassFixture<ServedLab>
{
    [LabFact]
    public async Task Pages_hold_every_connection_once_and_in_order()
    {
        var pairs = new List<ServedPair>();
        for (var i = 0; i < 4; i++)
            pairs.Add(await served.ConnectAsync(i % 2 == 0 ? AddressKind.IPv4 : AddressKind.IPv6));

        var paged = new List<Connection>();
        var request = new ListConnectionsRequest { PageSize = 3 };
        do
        {
            var page = await served.Connections.ListConnectionsAsync(request);
            Assert.InRange(page.Connections.Count, 1, 3);
            paged.AddRange(page.Connections);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(pairs.SelectMany(pair => new[] { pair.Token, pair.PeerToken }).Order(), paged.Select(known => known.Token).Order());
        Assert.Equal(paged.OrderBy(known => known.Namespace, StringComparer.Ordinal).ThenBy(known => known.Id), paged);
        // What else is known of them may become more meanwhile: who holds them.
        var whole = await served.Client.ListConnectionsAsync(TestContext.Current.CancellationToken).ToListAsync();
        Assert.Equal(paged.Select(Named), whole.Select(Named));

        var only = await served.Connections.ListConnectionsAsync(new ListConnectionsRequest { Namespace = ServedLab.ServerName });
        Assert.Equal(paged.Where(known => known.Namespace == ServedLab.ServerName).Select(Named), only.Connections.Select(Named));
        foreach (var pair in pairs)
            await pair.DisposeAsync();
    }

    static (string Namespace, ulong Id) Named(Connection connection) => (connection.Namespace, connection.Id);

    [LabFact]
    public async Task A_command_for_another_connection_of_the_token_is_refused_and_changes_nothing()
    {
        await using var pair = await served.ConnectAsync();
        var subflow = await pair.JoinAsync();
        var before = await pair.GetAsync();
        var wrong = before.Id + 1;
        var create = pair.SubflowOver(path: 3);
        create.ConnectionId = wrong;
        var change = new UpdateSubflowRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            ConnectionId = wrong,
            Subflow = new Subflow { Local = subflow.Local, Remote = subflow.Remote, Backup = true },
            UpdateMask = new() { Paths = { "backup" } },
        };

        await RefusesAsync(served.Connections.CreateSubflowAsync(create));
        await RefusesAsync(served.Connections.UpdateSubflowAsync(change));
        await RefusesAsync(served.Connections.DestroySubflowAsync(new DestroySubflowRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            ConnectionId = wrong,
            Local = subflow.Local,
            Remote = subflow.Remote,
        }));
        await RefusesAsync(served.Connections.AnnounceAddressAsync(new AnnounceAddressRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            ConnectionId = wrong,
            Address = pair.Local(3),
            AddressId = 9,
        }));
        await RefusesAsync(served.Connections.WithdrawAddressAsync(new WithdrawAddressRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            ConnectionId = wrong,
            AddressId = subflow.LocalId,
        }));
        await RefusesAsync(served.Connections.GetConnectionAsync(new GetConnectionRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            ConnectionId = wrong,
        }));

        var after = await pair.GetAsync();
        (before.Owner, before.PathManager) = (after.Owner, after.PathManager); // Found out of late, whatever is commanded.
        Assert.Equal(before, after);
        Assert.Equal(1, pair.Connection.ReadInfo()!.AdditionalSubflows);
        create.ConnectionId = before.Id;
        Assert.Equal(SubflowState.Established, (await served.Connections.CreateSubflowAsync(create)).Subflow.State);
    }

    [LabTheory]
    [InlineData(PathManagerKind.Userspace)]
    [InlineData(PathManagerKind.Kernel)]
    public async Task A_connection_from_before_the_daemons_start_is_found_in_the_kernel(PathManagerKind pathManager)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(pathManager: pathManager, cancellationToken: cancellation);
        var pairs = new List<(AddressKind Kind, ConnectedPair Pair)>();
        foreach (var kind in Enum.GetValues<AddressKind>())
            pairs.Add((kind, await kind.ConnectAsync(lab, cancellation)));
        await using var daemon = await DaemonProcess.StartAsync(
            lab.Client, "--namespace", lab.Client.NamespacePath, "--namespace", lab.Server.NamespacePath);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        Assert.Equal(2 * pairs.Count, watch.Events.Count(told => told.Type == EventType.ConnectionSnapshot));

        foreach (var (kind, pair) in pairs)
        {
            foreach (var (host, end) in new[] { (lab.Client, pair.Client), (lab.Server, pair.Server) })
            {
                var found = (await daemon.Client.Connections.GetConnectionAsync(
                    new GetConnectionRequest { Namespace = host.NamespacePath, Token = end.Token })).Connection;

                Assert.Equal((end.Token, Sockets.IdOf(end, end.Token)), (found.Token, found.Id));
                Assert.Equal(host.GetPath(1).Address(kind.InitialFamily()).ToString(), found.Local.Address);
                Assert.Equal((uint)end.RemoteEndPoint.Port, found.Remote.Port);
                Assert.Equal((ConnectionState.Established, host == lab.Server), (found.State, found.ServerSide));
                var initial = Assert.Single(found.Subflows);
                Assert.Equal((true, found.Local, found.Remote), (initial.Initial, initial.Local, initial.Remote));
                Assert.Equal(
                    pathManager == PathManagerKind.Kernel ? PathManagerType.Kernel : PathManagerType.Userspace, found.PathManager);
            }

            if (pathManager == PathManagerKind.Userspace)
                Assert.Equal(SubflowState.Established, await JoinAsync(daemon, lab, kind, pair));
            pair.Dispose();
            await watch.FirstAsync(EventType.ConnectionClosed, told => told.Namespace == lab.Client.NamespacePath);
        }
    }

    static async Task<SubflowState> JoinAsync(DaemonProcess daemon, NetworkLab lab, AddressKind kind, ConnectedPair pair)
    {
        var request = new CreateSubflowRequest
        {
            Token = pair.Client.Token,
            Local = new() { Address = kind.FurtherAddress(lab.Client, 2).ToString() },
            Remote = new() { Address = kind.FurtherAddress(lab.Server, 2).ToString(), Port = (uint)pair.Client.RemoteEndPoint.Port },
            Wait = ServedPair.LongWait,
        };
        return (await daemon.Client.Connections.CreateSubflowAsync(request)).Subflow.State;
    }

    static async Task RefusesAsync<T>(AsyncUnaryCall<T> call)
    {
        var refusal = await ServedLab.RefusalOfAsync(call);
        Assert.Equal((StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch), (refusal.StatusCode, refusal.Reason));
    }
}
