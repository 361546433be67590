using System.Net;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Tests.State.Events;

public class EventWeightTests
{
    private static readonly IPEndPoint End = new(IPAddress.Loopback, 1);
    private static readonly NetworkLink Link = new(1, "eth0");
    private static readonly InterfaceAddress Own = new(1, IPAddress.Loopback, 8);
    private static readonly Subflow Subflow = new(End, End, SubflowState.Established);
    private static readonly Connection Connection = new("self", 1, 1) { State = ConnectionState.Established };
    private static readonly StateEvent Light = new(StateEventType.ConnectionUpdated, "self", DateTimeOffset.UnixEpoch);

    public static TheoryData<string> Additions => [.. Heavier.Keys];

    private static Dictionary<string, (StateEvent Light, StateEvent Heavy)> Heavier { get; } = new()
    {
        ["a connection"] = (Light, With(Connection)),
        ["a subflow of it"] = (With(Connection), With(Connection with { Subflows = [Subflow] })),
        ["another subflow of it"] = (With(Connection with { Subflows = [Subflow] }), With(Connection with { Subflows = [Subflow, Subflow] })),
        ["a local address"] = (With(Connection), With(Connection with { LocalAddresses = [new AnnouncedAddress(1, End)] })),
        ["a remote address"] = (With(Connection), With(Connection with { RemoteAddresses = [new AnnouncedAddress(1, End)] })),
        ["a cgroup"] = (With(Connection with { Owner = new(1) }), With(Connection with { Owner = new(1, "/a") })),
        ["a command"] = (With(Connection with { Owner = new(1) }), With(Connection with { Owner = new(1, Command: "curl") })),
        ["the connection before"] = (With(Connection), With(Connection) with { Previous = Connection }),
        ["an interface"] = (Light, Light with { Interface = new NetworkInterface(Link, []) }),
        ["an address of it"] = (Light with { Interface = new NetworkInterface(Link, []) }, Light with { Interface = new NetworkInterface(Link, [Own]) }),
        ["an address of this host"] = (Light, Light with { LocalAddress = new LocalAddress(Link, Own) }),
        ["an announced address"] = (Light, Light with { Address = new AnnouncedAddress(1, End) }),
        ["a listener"] = (Light, Light with { Listener = End }),
        ["the subflow it is about"] = (With(Connection), With(Connection) with { Subflow = Subflow }),
    };

    [Theory]
    [MemberData(nameof(Additions))]
    public void An_event_weighs_more_with(string addition)
    {
        var (light, heavy) = Heavier[addition];
        Assert.True(EventWeight.Of(light) > 0);
        Assert.True(EventWeight.Of(heavy) > EventWeight.Of(light));
    }

    private static StateEvent With(Connection connection) => Light with { Connection = connection };
}
