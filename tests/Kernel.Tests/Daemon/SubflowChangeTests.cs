using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Subflows that the daemon changes and ends.</summary>
public class SubflowChangeTests(ServedLab served) : IClassFixture<ServedLab>
{
    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } =
        new(System.Enum.GetValues<AddressKind>(), System.Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_subflow_becomes_a_backup_at_both_ends_and_is_one_no_longer(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var subflow = await pair.JoinAsync();

        Assert.True((await UpdateAsync(pair, subflow, backup: true)).Backup);
        var there = await pair.Watch.FirstAsync(EventType.SubflowPriority, told => told.Token == pair.PeerToken);
        Assert.True(there.Subflow.Backup);
        Assert.Equal((subflow.Remote, subflow.Local, EventOrigin.Kernel), (there.Subflow.Local, there.Subflow.Remote, there.Origin));
        var here = await pair.Watch.FirstAsync(EventType.SubflowPriority, told => told.Token == pair.Token);
        Assert.Equal((true, EventOrigin.Derived), (here.Subflow.Backup, here.Origin));
        Assert.Equal([false, true], (await pair.GetAsync()).Subflows.Select(known => known.Backup));
        Assert.Equal([false, true], (await pair.GetPeerAsync()).Subflows.Select(known => known.Backup));

        Assert.False((await UpdateAsync(pair, subflow, backup: false)).Backup);
        await pair.Watch.FirstAsync(EventType.SubflowPriority, told => told.Token == pair.PeerToken && !told.Subflow.Backup);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_destroyed_subflow_is_gone_at_both_ends(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var subflow = await pair.JoinAsync();

        await DestroyAsync(pair, subflow);

        var here = await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.Token);
        var there = await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.PeerToken);
        Assert.Equal((subflow.Local, subflow.Remote, SubflowState.Closed), (here.Subflow.Local, here.Subflow.Remote, here.Subflow.State));
        Assert.Equal((subflow.Remote, subflow.Local, SubflowState.Closed), (there.Subflow.Local, there.Subflow.Remote, there.Subflow.State));
        Assert.True(Assert.Single((await pair.GetAsync()).Subflows).Initial);
        Assert.True(Assert.Single((await pair.GetPeerAsync()).Subflows).Initial);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task The_initial_subflow_can_be_destroyed_and_the_others_carry_on(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var other = await pair.JoinAsync();
        var initial = (await pair.GetAsync()).Subflows[0];

        await DestroyAsync(pair, initial);
        await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.PeerToken);

        await pair.Pair.ExchangeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(other, Assert.Single((await pair.GetAsync()).Subflows));
    }

    // The kernel has such a subflow under other addresses than the end that made it: IPv4-mapped ones, where its listener was for IPv6.
    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task The_end_that_was_joined_can_change_and_destroy_a_subflow_too(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var made = await pair.JoinAsync();
        await pair.Watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == pair.PeerToken);
        var (local, remote) = (made.Remote, made.Local);

        await served.Connections.UpdateSubflowAsync(new UpdateSubflowRequest
        {
            Namespace = pair.PeerNamespace,
            Token = pair.PeerToken,
            Subflow = new Subflow { Local = local, Remote = remote, Backup = true },
            UpdateMask = new FieldMask { Paths = { "backup" } },
        });
        await pair.Watch.FirstAsync(EventType.SubflowPriority, told => told.Token == pair.Token && told.Subflow.Backup);
        await served.Connections.DestroySubflowAsync(
            new DestroySubflowRequest { Namespace = pair.PeerNamespace, Token = pair.PeerToken, Local = local, Remote = remote });
        await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.Token);

        Assert.True(Assert.Single((await pair.GetAsync()).Subflows).Initial);
    }

    async Task<Subflow> UpdateAsync(ServedPair pair, Subflow subflow, bool backup)
    {
        var request = new UpdateSubflowRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            Subflow = new Subflow { Local = subflow.Local, Remote = subflow.Remote, Backup = backup },
            UpdateMask = new FieldMask { Paths = { "backup" } },
        };
        return (await served.Connections.UpdateSubflowAsync(request)).Subflow;
    }

    async Task DestroyAsync(ServedPair pair, Subflow subflow) => await served.Connections.DestroySubflowAsync(
        new DestroySubflowRequest { Namespace = pair.Namespace, Token = pair.Token, Local = subflow.Local, Remote = subflow.Remote });
}
