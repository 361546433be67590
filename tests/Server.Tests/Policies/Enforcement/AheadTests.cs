using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

/// <summary>What is made of a connection before anything is found out about it.</summary>
public class AheadTests
{
    private static readonly IPEndPoint Remote = IPEndPoint.Parse("198.18.1.2:443");
    private static readonly PathPolicy Mesh = new("mesh");

    private readonly SimulatedKernel _kernel = new() { Local = IPEndPoint.Parse("198.18.1.1:40000"), Remote = Remote };
    private readonly KeptHost _host;

    public AheadTests()
    {
        _host = new KeptHost(_kernel);
        _host.SetInterface(2, "eth0", hasCarrier: true, "198.18.1.1");
        _host.SetInterface(3, "eth1", hasCarrier: true, "198.18.2.1");
        _host.Apply(Mesh);
        _host.Settle();
    }

    [Fact]
    public void What_is_wanted_is_made_once_and_known_when_the_connection_is()
    {
        Act();
        Assert.Equal(1, _kernel.Creations);
        _kernel.Connect();
        _host.Table.Apply(_kernel.Tell()!, _host.Time.GetUtcNow());
        _host.Table.Apply(_kernel.Tell()!, _host.Time.GetUtcNow());
        _host.Keeper.NoteAhead(SimulatedKernel.Token);
        _host.Settle();
        Assert.Equal(1, _kernel.Creations);
        Assert.Equal([$"198.18.2.1 {Remote}"], _host.Joined());
    }

    [Fact]
    public void Of_connections_between_the_same_addresses_one_is_planned()
    {
        Act(40_000);
        Act(40_001);
        Assert.Equal((2, 1), (_kernel.Creations, _kernel.Prepared));
    }

    [Fact]
    public void Another_policy_plans_anew()
    {
        Act(40_000);
        _host.Apply(new PathPolicy("none") { Strategy = PathStrategy.None });
        _host.Keeper.Keep();
        Act(40_001);
        Assert.Equal(1, _kernel.Creations);
    }

    [Fact]
    public void Another_address_plans_anew()
    {
        Act(40_000);
        _host.SetInterface(4, "eth2", hasCarrier: true, "198.18.3.1");
        _host.Keeper.Keep();
        Act(40_001);
        Assert.Equal((3, 3), (_kernel.Creations, _kernel.Prepared));
    }

    [Fact]
    public void A_policy_may_be_for_one_local_port()
    {
        _host.Apply(new PathPolicy("mesh") { Match = new PolicyMatch { LocalPorts = [new PortRange(40_001, 40_001)] } });
        _host.Keeper.Keep();
        Act(40_000);
        Assert.Equal(0, _kernel.Creations);
        Act(40_001);
        Assert.Equal(1, _kernel.Creations);
    }

    [Fact]
    public void Whoever_allows_no_subflows_to_the_initial_address_gets_none()
    {
        Act(40_000);
        Act(40_001, deny: true);
        Assert.Equal(1, _kernel.Creations);
    }

    [Fact]
    public void What_was_ended_by_hand_is_not_made_again()
    {
        _kernel.Connect();
        _host.Settle();
        _host.Keeper.NoteByHand(SimulatedKernel.Token, [new HandNote(HandNoteKind.Ended, IPEndPoint.Parse("198.18.2.1:0"), Remote)]);
        var before = _kernel.Creations;
        Act();
        Assert.Equal(before, _kernel.Creations);
    }

    [Fact]
    public void A_connection_whose_address_has_moved_is_planned_alone()
    {
        _host.Apply(new PathPolicy("mesh") { Match = new PolicyMatch { Interfaces = ["eth0"] } });
        _kernel.Connect();
        _host.Table.Apply(_kernel.Tell()!, _host.Time.GetUtcNow());
        _host.Keeper.Keep();
        _host.RemoveInterface(2);
        _host.SetInterface(4, "eth9", hasCarrier: true, "198.18.1.1");
        _host.Keeper.Keep();
        Act();
        Assert.Equal(1, _kernel.Creations);
        // Another one there is of no policy.
        _host.Keeper.PlanAhead(new BegunConnection(1, IPEndPoint.Parse("198.18.1.1:40001"), Remote, false));
        _host.Keeper.ActAhead(new BegunConnection(1, IPEndPoint.Parse("198.18.1.1:40001"), Remote, false));
        Assert.Equal(1, _kernel.Creations);
    }

    [Fact]
    public void What_the_kernel_refuses_is_left_to_the_comparison()
    {
        _kernel.IsRefused = _ => true;
        Act();
        Assert.Equal(0, _kernel.Creations);
        _kernel.IsRefused = _ => false;
        _kernel.Connect();
        _host.Settle();
        Assert.Equal([$"198.18.2.1 {Remote}"], _host.Joined());
    }

    [Fact]
    public void While_an_id_is_chosen_nothing_is_made_ahead()
    {
        var guard = new Lock();
        var ids = new PathIds(guard, new AddressIdTable());
        var place = IPEndPoint.Parse("198.18.2.1:0");
        Assert.Equal((byte)1, ids.FindUsual(place));
        var used = 0;
        using (guard.EnterScope())
        {
            // Another thread's is the wait.
            var elsewhere = new Thread(() =>
            {
                Assert.Null(ids.FindUsual(place));
                Assert.False(ids.TryUseUsual(place, 1, _ => used++, 0));
            });
            elsewhere.Start();
            elsewhere.Join();
        }

        Assert.False(ids.TryUseUsual(place, 2, _ => used++, 0));
        Assert.Equal(0, used);
        Assert.True(ids.TryUseUsual(place, 1, _ => used++, 0));
        Assert.Equal(1, used);
    }

    private void Act(int port = 40_000, bool deny = false)
    {
        var begun = new BegunConnection(SimulatedKernel.Token, new IPEndPoint(_kernel.Local.Address, port), Remote, deny);
        _host.Keeper.PlanAhead(begun);
        _host.Keeper.ActAhead(begun);
    }
}
