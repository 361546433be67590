using System.Diagnostics;
using System.Net;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.State;

/// <summary>What no event of the kernel tells, and the daemon knows all the same.</summary>
public class DerivedStateTests(ServedLab served) : IClassFixture<ServedLab>
{
    // A survey is made every second, and later where the machine is busy.
    static readonly TimeSpan Surveyed = TimeSpan.FromSeconds(20);

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabFact]
    public async Task A_connection_that_fell_back_to_TCP_is_found_and_told_as_such()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var watch = await WatchProbe.StartAsync(served.Client, new WatchRequest { Mode = WatchMode.FollowOnly });
        var path = served.Lab.Client.GetPath(1);
        using var listener = MptcpListener.Open(
            served.Lab.Server, new IPEndPoint(path.PeerIPv4, 0), new ListenOptions { Transport = Transport.Tcp });
        var connecting = await MptcpConnection.OpenAsync(served.Lab.Client, listener.EndPoint, cancellationToken: cancellation);
        using var accepted = await listener.AcceptAsync(cancellation);
        var (local, remote) = (connecting.LocalEndPoint, connecting.RemoteEndPoint);

        var told = await watch.FirstAsync(EventType.ConnectionFallback, told => told.Connection.Local.Port == local.Port, Surveyed);
        Assert.Equal((EventOrigin.Reconciled, EventCause.Survey), (told.Origin, told.Cause));
        Assert.Equal((ConnectionState.Fallback, Sockets.IdOf(connecting, told.Token)), (told.Connection.State, told.Connection.Id));
        var subflow = Assert.Single(told.Connection.Subflows);
        Assert.Equal((true, (uint)local.Port, (uint)remote.Port), (subflow.Initial, subflow.Local.Port, subflow.Remote.Port));

        connecting.Dispose();
        var closed = await watch.FirstAsync(EventType.ConnectionClosed, closed => closed.Token == told.Token);
        Assert.Equal(told.ConnectionId, closed.ConnectionId);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_connection_without_a_subflow_is_an_orphan_until_another_joins(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var initial = (await pair.GetAsync()).Subflows[0];

        await served.Connections.DestroySubflowAsync(
            new DestroySubflowRequest { Namespace = pair.Namespace, Token = pair.Token, Local = initial.Local, Remote = initial.Remote });
        foreach (var token in new[] { pair.Token, pair.PeerToken })
        {
            var orphaned = await pair.Watch.FirstAsync(EventType.ConnectionOrphaned, told => told.Token == token);
            Assert.Equal((EventOrigin.Derived, EventCause.LastSubflowClosed), (orphaned.Origin, orphaned.Cause));
            Assert.Equal((ConnectionState.Orphaned, 0), (orphaned.Connection.State, orphaned.Connection.Subflows.Count));
        }

        await pair.JoinAsync();
        foreach (var token in new[] { pair.Token, pair.PeerToken })
        {
            await pair.Watch.FirstAsync(
                EventType.ConnectionEstablished, told => told.Token == token && told.Cause == EventCause.SubflowReturned);
        }

        Assert.Equal(ConnectionState.Established, (await pair.GetAsync()).State);
        await pair.Pair.ExchangeAsync(TestContext.Current.CancellationToken);
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4, 0u)]
    [InlineData(AddressKind.IPv6, 0u)]
    [InlineData(AddressKind.Mapped, 0u)]
    [InlineData(AddressKind.IPv4, 4711u)]
    public async Task A_subflow_that_nobody_answers_has_failed_after_its_time(AddressKind kind, uint port)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        await using var daemon = await DaemonProcess.StartConfiguredAsync(
            lab.Client, """{ "connections": { "subflowTimeoutSeconds": 1 } }""");
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        using var pair = await kind.ConnectAsync(lab, cancellation);
        await lab.Client.BlackholePathAsync(2, cancellation);

        var answer = await daemon.Client.Connections.CreateSubflowAsync(new CreateSubflowRequest
        {
            Token = pair.Client.Token,
            Local = new() { Address = kind.FurtherAddress(lab.Client, 2).ToString(), Port = port },
            Remote = new() { Address = kind.FurtherAddress(lab.Server, 2).ToString(), Port = (uint)pair.Client.RemoteEndPoint.Port },
            Wait = ServedPair.LongWait,
        });

        Assert.Equal((SubflowState.Failed, "ETIMEDOUT"), (answer.Subflow.State, answer.Subflow.ErrorName));
        var failed = await watch.FirstAsync(EventType.SubflowFailed);
        Assert.Equal((EventOrigin.Derived, EventCause.Timeout), (failed.Origin, failed.Cause));
        Assert.DoesNotContain(watch.Events, told => told.Type == EventType.SubflowClosed);
        var now = (await daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = pair.Client.Token })).Connection;
        Assert.True(Assert.Single(now.Subflows).Initial);
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    public async Task A_subflow_that_nobody_answers_has_failed_after_its_time_though_the_daemon_was_killed(AddressKind kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        await using var daemon = await DaemonProcess.StartConfiguredAsync(
            lab.Client, """{ "connections": { "subflowTimeoutSeconds": 3 } }""");
        using var pair = await kind.ConnectAsync(lab, cancellation);
        await lab.Client.BlackholePathAsync(2, cancellation);
        await daemon.Client.Connections.CreateSubflowAsync(new CreateSubflowRequest
        {
            Token = pair.Client.Token,
            Local = new() { Address = kind.FurtherAddress(lab.Client, 2).ToString() },
            Remote = new() { Address = kind.FurtherAddress(lab.Server, 2).ToString(), Port = (uint)pair.Client.RemoteEndPoint.Port },
        });

        await daemon.KillAsync();
        await daemon.StartAgainAsync();
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        // The kernel by itself would try for two minutes.
        var failed = await watch.FirstAsync(EventType.SubflowFailed, timeout: TimeSpan.FromSeconds(15));
        Assert.Equal((EventOrigin.Derived, EventCause.Timeout, "ETIMEDOUT"), (failed.Origin, failed.Cause, failed.Subflow.ErrorName));
        var now = (await daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = pair.Client.Token })).Connection;
        Assert.True(Assert.Single(now.Subflows).Initial);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task What_a_subflow_carried_is_known_after_its_end(AddressKind kind, Side side)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var pair = await served.ConnectAsync(kind, side);
        var length = 300_000;
        await Transfer.RunAsync(pair.Connection, pair.Peer, new TransferOptions { Length = length }, cancellation);
        await pair.JoinAsync();
        var initial = (await pair.GetAsync()).Subflows.Single(subflow => subflow.Initial);

        await served.Connections.DestroySubflowAsync(
            new DestroySubflowRequest { Namespace = pair.Namespace, Token = pair.Token, Local = initial.Local, Remote = initial.Remote });

        var closed = await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.Token);
        Assert.True(closed.Subflow.LastSample.BytesSent >= (ulong)length, $"{closed.Subflow.LastSample}");
        Assert.True(closed.Subflow.LastSample.RoundTripTime.ToTimeSpan() > TimeSpan.Zero);
        var totals = (await pair.GetAsync()).ClosedSubflows;
        Assert.Equal((1u, closed.Subflow.LastSample.BytesSent), (totals.Count, totals.BytesSent));
        var there = await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.PeerToken);
        Assert.NotNull(there.Subflow);
    }

    [LabFact]
    public async Task Whose_a_connection_is_becomes_known()
    {
        await using var pair = await served.ConnectAsync();

        foreach (var token in new[] { pair.Token, pair.PeerToken })
        {
            var told = await pair.Watch.FirstAsync(
                EventType.ConnectionUpdated, told => told.Token == token && told.Connection.Owner.Pid != 0, Surveyed);
            using var self = Process.GetCurrentProcess();
            Assert.Equal((0u, (uint)self.Id), (told.Connection.Owner.Uid, told.Connection.Owner.Pid));
            Assert.Equal((await File.ReadAllTextAsync("/proc/self/comm")).Trim(), told.Connection.Owner.Command);
            Assert.Equal(PathManagerType.Userspace, told.Connection.PathManager);
            Assert.Equal((EventOrigin.Reconciled, EventCause.Survey), (told.Origin, told.Cause));
        }
    }

    [LabFact]
    public async Task A_comparison_on_demand_of_a_picture_that_is_right_finds_nothing()
    {
        await using var pair = await served.ConnectAsync(AddressKind.IPv4OnIPv6);
        await pair.JoinAsync();
        await pair.Watch.FirstAsync(EventType.ConnectionUpdated, told => told.Token == pair.PeerToken && told.Connection.Owner.Pid != 0, Surveyed);

        var outcome = await served.Connections.ReconcileConnectionsAsync(new ReconcileConnectionsRequest());

        Assert.Equal((2u, 4u, 0u), (outcome.Connections, outcome.Subflows, outcome.Differences));
    }

    [LabFact]
    public async Task What_another_program_commanded_is_found_by_a_comparison()
    {
        await using var pair = await served.ConnectAsync();
        var backup = await pair.JoinAsync();
        await pair.Watch.FirstAsync(EventType.ConnectionUpdated, told => told.Token == pair.Token && told.Connection.Owner.Pid != 0, Surveyed);

        // Another program commands the kernel too, of which the kernel tells only the peer.
        using var commands = new HostUnderTest(pair.Host);
        commands.PathManager.SetSubflowBackup(pair.Token, Ends(backup), backup: true);
        var outcome = await served.Connections.ReconcileConnectionsAsync(new ReconcileConnectionsRequest { Namespace = pair.Namespace });

        Assert.Equal(1u, outcome.Differences);
        var told = await pair.Watch.FirstAsync(EventType.SubflowPriority, told => told.Token == pair.Token);
        Assert.Equal((EventOrigin.Reconciled, EventCause.Request), (told.Origin, told.Cause));
        Assert.Equal((true, true, false), (told.Subflow.Backup, told.Subflow.LocalBackup, told.Subflow.RemoteBackup));
    }

    static Native.PathManagement.SubflowAddresses Ends(Subflow subflow) => new(
        new IPEndPoint(IPAddress.Parse(subflow.Local.Address), (int)subflow.Local.Port),
        new IPEndPoint(IPAddress.Parse(subflow.Remote.Address), (int)subflow.Remote.Port));
}
