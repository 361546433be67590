using System.Net;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>What becomes of the addresses that controllers announce, and of the listeners there.</summary>
public sealed class AnnouncingControllersTests : DelegationScenario
{
    private static readonly IPEndPoint OfB = IPEndPoint.Parse($"{B}:8443"), OfC = IPEndPoint.Parse($"{C}:8443");

    [Fact]
    public void What_a_controller_announced_the_fallback_withdraws_and_nobody_listens_there_any_more()
    {
        Hosts.Answer(First, Asked().Id, new DecisionAnswer([new PathOrder.Announce(IPEndPoint.Parse($"{B}:0"), Id: 0, Listen: true)], DeferTo: null));
        Assert.Null(Assert.Single(Assert.Single(First.Outcomes).Outcomes).Failure);
        Hosts.Sit(null);
        Hosts.Settle();
        Hosts.Pass(DelegatedHosts.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.Equal($"{B}:0", $"{Assert.Single(Host.Kernel.Announced)}");
        Assert.Equal($"{B}:40000", $"{Assert.Single(Host.Kernel.Listeners).Place}");

        Hosts.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Empty(Host.Kernel.Announced);
        Assert.Empty(Host.Kernel.Listeners);
        Assert.Empty(Host.Connection.LocalAddresses);
        Assert.Equal(OfFallback, Host.Joined());
    }

    [Fact]
    public void An_announcement_of_another_address_under_the_same_id_is_refused_and_leaves_the_listener_of_the_first_one()
    {
        Decided();
        Assert.Null(Announce(OfB));
        Assert.NotNull(Announce(OfC));
        Assert.Equal([OfB], Host.Kernel.Announced);
        Assert.Equal([((byte)5, OfB)], Host.Kernel.Listeners);
        Assert.Equal(OfB, Assert.Single(Host.Connection.LocalAddresses).Address);
    }

    [Fact]
    public void One_that_is_refused_when_it_is_said_again_leaves_its_listener_and_one_that_is_refused_at_first_has_none()
    {
        Decided();
        Host.Kernel.RefusesAnnouncements = true;
        Assert.NotNull(Announce(OfB));
        Assert.Empty(Host.Kernel.Listeners);
        Host.Kernel.RefusesAnnouncements = false;
        Assert.Null(Announce(OfB));
        Host.Kernel.RefusesAnnouncements = true;
        Assert.NotNull(Announce(OfB));
        Assert.Equal([((byte)5, OfB)], Host.Kernel.Listeners);
    }

    private Exception? Announce(IPEndPoint place) => Hosts.Command(First, Host, new PathOrder.Announce(place, Id: 5, Listen: true)).Failure;
}
