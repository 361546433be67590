using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Subflows asked of the daemon, up to what became of them.</summary>
public class SubflowCreationTests(ServedLab served) : IClassFixture<ServedLab>
{
    const uint ClosedPort = 9;
    const uint ConnectionRefused = 111;

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } =
        new(System.Enum.GetValues<AddressKind>(), System.Enum.GetValues<Side>());

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_subflow_is_established_at_both_ends_and_known_with_its_ids(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var request = pair.SubflowOver(path: 2);

        var response = await served.Connections.CreateSubflowAsync(request);

        var subflow = response.Subflow;
        Assert.Equal((SubflowState.Established, false, true, false), (subflow.State, response.WaitExpired, subflow.Requested, subflow.Initial));
        Assert.Equal((request.Local.Address, request.Remote), (subflow.Local.Address, subflow.Remote));
        Assert.NotEqual(0u, subflow.Local.Port);
        Assert.NotEqual(0u, subflow.LocalId);

        var there = await pair.Watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == pair.PeerToken);
        Assert.Equal((subflow.Remote, subflow.Local, subflow.LocalId), (there.Subflow.Local, there.Subflow.Remote, there.Subflow.RemoteId));
        Assert.Equal(pair.PeerNamespace, there.Namespace);

        var here = await pair.Watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == pair.Token);
        Assert.Equal((pair.Namespace, subflow, EventOrigin.Kernel), (here.Namespace, here.Subflow, here.Origin));
        Assert.Equal([true, false], (await pair.GetAsync()).Subflows.Select(known => known.Initial));
        Assert.Equal(subflow, (await pair.GetAsync()).Subflows[1]);
    }

    [LabFact]
    public async Task Bytes_flow_over_both_paths()
    {
        await using var pair = await served.ConnectAsync();
        await pair.JoinAsync(path: 2);
        long[] Sent() => [pair.Host.ReadCounters(1).SentBytes, pair.Host.ReadCounters(2).SentBytes];
        var before = Sent();

        await pair.Pair.LoadUntilAsync(
            "bytes on both paths", () => Sent().Zip(before).All(path => path.First - path.Second > 200_000), Cancellation);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_closed_port_fails_the_subflow_with_its_error(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var request = pair.SubflowOver(path: 2);
        request.Remote.Port = ClosedPort;

        var response = await served.Connections.CreateSubflowAsync(request);

        var failed = response.Subflow;
        Assert.Equal((SubflowState.Failed, ConnectionRefused, "ECONNREFUSED"), (failed.State, failed.Error, failed.ErrorName));
        Assert.False(response.WaitExpired);
        var told = await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.Token);
        Assert.Equal(failed, told.Subflow);
        Assert.Single((await pair.GetAsync()).Subflows);
    }

    [LabFact]
    public async Task Without_waiting_the_answer_comes_before_the_outcome()
    {
        await using var pair = await served.ConnectAsync();
        var request = pair.SubflowOver(path: 2);
        request.Wait = null;

        var response = await served.Connections.CreateSubflowAsync(request);

        Assert.Equal((SubflowState.Connecting, false), (response.Subflow.State, response.WaitExpired));
        var made = await pair.Watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == pair.Token);
        Assert.Equal((response.Subflow.LocalId, true), (made.Subflow.LocalId, made.Subflow.Requested));
    }

    [LabFact]
    public async Task A_silent_path_runs_the_wait_out_and_the_subflow_comes_when_the_path_does()
    {
        await using var pair = await served.ConnectAsync();
        var request = pair.SubflowOver(path: 3);
        request.Wait = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200));
        await served.Lab.Client.BlackholePathAsync(3, Cancellation);
        try
        {
            var response = await served.Connections.CreateSubflowAsync(request);

            Assert.Equal((SubflowState.Connecting, true), (response.Subflow.State, response.WaitExpired));
            var requested = await pair.Watch.FirstAsync(EventType.SubflowRequested, told => told.Token == pair.Token);
            Assert.Equal((response.Subflow, EventOrigin.Derived), (requested.Subflow, requested.Origin));
            Assert.Equal(SubflowState.Connecting, (await pair.GetAsync()).Subflows[1].State);
        }
        finally
        {
            await served.Lab.Client.RestorePathAsync(3, Cancellation);
        }

        // The kernel repeats its SYN after a second, and again after two more.
        await pair.Watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == pair.Token, TimeSpan.FromSeconds(10));
    }

    [LabFact]
    public async Task Each_address_gets_an_id_of_its_own_also_when_they_are_asked_for_at_once()
    {
        await using var pair = await served.ConnectAsync();
        var requests = Enumerable.Range(0, 12).Select(i =>
        {
            var request = pair.SubflowOver(path: 2 + (i % 2));
            request.Local.Port = (uint)(21000 + i); // to the kernel, an address with another port is another address
            return request;
        });

        var made = await Task.WhenAll(requests.Select(async request => await served.Connections.CreateSubflowAsync(request)));

        Assert.All(made, response => Assert.Equal(SubflowState.Established, response.Subflow.State));
        var ids = made.Select(response => response.Subflow.LocalId).ToList();
        Assert.Equal(12, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 1u, 255u));
        Assert.Equal(13, (await pair.GetAsync()).Subflows.Count);
        Assert.Equal(12, pair.Connection.ReadInfo()!.AdditionalSubflows);
    }

    [LabFact]
    public async Task An_address_keeps_the_id_that_it_has()
    {
        await using var pair = await served.ConnectAsync();
        var first = pair.SubflowOver(path: 2);
        first.LocalId = 200;
        var second = pair.SubflowOver(path: 2);

        Assert.Equal(200u, (await served.Connections.CreateSubflowAsync(first)).Subflow.LocalId);
        Assert.Equal(200u, (await served.Connections.CreateSubflowAsync(second)).Subflow.LocalId);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_subflow_made_as_a_backup_is_known_as_one_at_both_ends(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var request = pair.SubflowOver(path: 2);
        request.Backup = true;

        Assert.True((await served.Connections.CreateSubflowAsync(request)).Subflow.Backup);
        Assert.True((await pair.Watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == pair.PeerToken)).Subflow.Backup);
        Assert.Equal([false, true], (await pair.GetAsync()).Subflows.Select(subflow => subflow.Backup));
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_subflow_leaves_by_the_interface_and_port_that_it_was_given(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var request = pair.SubflowOver(path: 2);
        request.Interface = "path2";
        request.Local.Port = 43210 + (uint)kind; // a port that was used rests for a minute

        var subflow = (await served.Connections.CreateSubflowAsync(request)).Subflow;

        Assert.Equal((SubflowState.Established, request.Local.Port), (subflow.State, subflow.Local.Port));
        Assert.Equal(pair.Host.GetPath(2).InterfaceIndex, subflow.InterfaceIndex);
    }

    [LabFact]
    public async Task A_local_port_that_is_taken_is_refused_with_what_to_do()
    {
        await using var pair = await served.ConnectAsync();
        var request = pair.SubflowOver(path: 2);
        request.Local.Port = 44444;
        await served.Connections.CreateSubflowAsync(request);

        var refusal = await ServedLab.RefusalOfAsync(served.Connections.CreateSubflowAsync(request));

        Assert.Equal(
            (StatusCode.FailedPrecondition, ErrorReason.KernelRefused, "EADDRINUSE"), (refusal.StatusCode, refusal.Reason, refusal.ErrnoName));
        Assert.Contains("give another port", refusal.Message, StringComparison.Ordinal);
    }
}
