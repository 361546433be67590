using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>Subflows of the userspace path manager: made, given another priority, ended.</summary>
public class SubflowTests
{
    const byte Id = 2;

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task Both_ends_hear_of_a_subflow_that_is_made_and_of_its_end(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);

        var subflow = await hosts.JoinAsync(actor, peer, Id);
        actor.PathManager.DestroySubflow(actor.Token, subflow);
        var closedHere = await actor.Events.FirstAsync(PathManagerEventType.SubflowClosed);
        var closedThere = await peer.Events.FirstAsync(PathManagerEventType.SubflowClosed);

        var here = Assert.Single(actor.Events.OfType(PathManagerEventType.SubflowEstablished));
        var there = Assert.Single(peer.Events.OfType(PathManagerEventType.SubflowEstablished));
        Assert.Equal((actor.Token, peer.Token), (here.Token, there.Token));
        Assert.Equal((actor.Address(2), peer.Address(2)), (here.Local!.Address, here.Remote!.Address));
        Assert.Equal((here.Remote, here.Local), (there.Local, there.Remote));
        Assert.Equal((Id, Id), (here.LocalId, there.RemoteId));
        Assert.Equal((subflow.Local, subflow.Remote), (closedHere.Local, closedHere.Remote));
        Assert.Equal((subflow.Remote, subflow.Local), (closedThere.Local, closedThere.Remote));
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task Only_the_peer_hears_that_a_subflow_becomes_a_backup_and_is_one_no_longer(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);
        var subflow = await hosts.JoinAsync(actor, peer, Id);

        actor.PathManager.SetSubflowBackup(actor.Token, subflow, backup: true);
        var backup = await peer.Events.FirstAsync(PathManagerEventType.SubflowPriority, told => told.Backup == true);
        actor.PathManager.SetSubflowBackup(actor.Token, subflow, backup: false);
        await peer.Events.FirstAsync(PathManagerEventType.SubflowPriority, told => told.Backup == false);

        Assert.Equal((peer.Token, Id), (backup.Token, backup.RemoteId));
        Assert.Equal((subflow.Remote, subflow.Local), (backup.Local, backup.Remote));
        Assert.Empty(actor.Events.OfType(PathManagerEventType.SubflowPriority));
    }

    // Why the daemon remembers the wish: its own kernel does not tell it again.
    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_subflow_made_as_a_backup_is_one_for_the_peer_alone(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);
        var door = hosts.FindDoor(actor, peer);

        var local = new Endpoint(actor.Address(2)) { Id = Id, Flags = EndpointFlags.Backup };
        actor.PathManager.CreateSubflow(new SubflowRequest(actor.Token, local, door));

        Assert.False((await actor.Events.FirstAsync(PathManagerEventType.SubflowEstablished)).Backup);
        Assert.True((await peer.Events.FirstAsync(PathManagerEventType.SubflowEstablished)).Backup);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_subflow_keeps_to_the_interface_and_port_that_it_was_given(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);
        var door = hosts.FindDoor(actor, peer);
        var link = actor.Host.Host.GetPath(2).InterfaceIndex;

        var local = new Endpoint(actor.Address(2)) { Id = Id, Port = 43210, InterfaceIndex = link };
        actor.PathManager.CreateSubflow(new SubflowRequest(actor.Token, local, door));
        var made = await actor.Events.FirstAsync(PathManagerEventType.SubflowEstablished);

        Assert.Equal((43210, link), (made.Local!.Port, made.InterfaceIndex));
        Assert.Null((await peer.Events.FirstAsync(PathManagerEventType.SubflowEstablished)).InterfaceIndex);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_withdrawn_address_takes_its_subflows_with_it(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);
        var subflow = await hosts.JoinAsync(actor, peer, Id);

        actor.PathManager.Withdraw(actor.Token, Id);

        var closed = await actor.Events.FirstAsync(PathManagerEventType.SubflowClosed);
        Assert.Equal((subflow.Local, subflow.Remote), (closed.Local, closed.Remote));
        await peer.Events.FirstAsync(PathManagerEventType.SubflowClosed);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_closed_port_refuses_a_subflow_which_then_was_never_established(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);

        actor.PathManager.CreateSubflow(new SubflowRequest(
            actor.Token, new Endpoint(actor.Address(2)) { Id = Id }, new(peer.Address(2), port: 9)));
        var closed = await actor.Events.FirstAsync(PathManagerEventType.SubflowClosed);

        Assert.Equal("ECONNREFUSED", closed.Error?.Name);
        Assert.Equal((peer.Address(2), 9), (closed.Remote!.Address, closed.Remote.Port));
        Assert.Empty(actor.Events.OfType(PathManagerEventType.SubflowEstablished));
    }

    // The daemon's state must know of a subflow before the kernel is asked for it.
    [LabFact]
    public async Task A_subflow_can_be_established_before_the_command_to_make_it_is_answered()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        using var events = PathManagerEvents.Subscribe(actor.Host.Namespace, 1 << 20);
        var door = hosts.FindDoor(actor, peer);
        var heard = new List<PathManagerEvent>();

        for (byte id = 1; heard.Count == 0 && id < 100; id++)
        {
            var local = new Endpoint(actor.Address(2)) { Id = id, Port = (ushort)(20000 + id) };
            actor.PathManager.CreateSubflow(new SubflowRequest(actor.Token, local, door));
            events.Receive(heard, most: 1);
        }

        Assert.Equal(PathManagerEventType.SubflowEstablished, Assert.Single(heard).Type);
    }

    // Why the daemon chooses ids, and why it refuses nothing that it did not find out.
    [LabFact]
    public async Task The_kernel_makes_the_same_subflow_as_often_as_it_is_asked()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        var door = hosts.FindDoor(actor, peer);

        for (var i = 0; i < 12; i++)
            actor.PathManager.CreateSubflow(new SubflowRequest(actor.Token, new Endpoint(actor.Address(2)) { Id = Id }, door));

        await hosts.Client.Events.FirstAsync(
            PathManagerEventType.SubflowEstablished, _ => hosts.Client.Events.OfType(PathManagerEventType.SubflowEstablished).Count() == 12);
        Assert.Single(actor.PathManager.ListLocalAddresses(actor.Token), known => known.Id == Id);
        Assert.Equal(12, actor.Connection.ReadInfo()!.AdditionalSubflows);
    }
}
