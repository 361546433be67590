using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State.Events;
using Connection = Mptcp.ControlPlane.Server.State.Connection;
using ConnectionState = Mptcp.ControlPlane.Server.State.ConnectionState;

namespace Mptcp.ControlPlane.Server.Tests.Services.Filters;

/// <summary>Which filters select interfaces and addresses of the host, and which connections.</summary>
public sealed class WatchFilterTests
{
    private const string Here = "blue";

    public static TheoryData<string, EventFilter, bool, bool, bool> Filters => new()
    {
        // What it is, the filter, whether a link's change matches, and whether a snapshot holds interfaces and connections.
        { "empty", new(), true, true, true },
        { "its namespace", new() { Namespaces = { "red", Here } }, true, true, true },
        { "another namespace", new() { Namespaces = { "red" } }, false, false, false },
        { "a token", new() { Tokens = { 1 } }, false, false, true },
        { "an id", new() { ConnectionIds = { 1 } }, false, false, true },
        { "a local prefix", new() { LocalPrefixes = { "0.0.0.0/0" } }, false, false, false },
        { "a remote prefix", new() { RemotePrefixes = { "0.0.0.0/0" } }, false, false, false },
        { "a local port", new() { LocalPorts = { new PortRange { First = 1, Last = 2 } } }, false, false, false },
        { "a remote port", new() { RemotePorts = { new PortRange { First = 1, Last = 2 } } }, false, false, false },
        { "a side", new() { ServerSide = true }, false, false, false },
        { "the type", new() { Types_ = { EventType.InterfaceChanged } }, true, true, false },
        { "the type and a token", new() { Types_ = { EventType.InterfaceChanged }, Tokens = { 1 } }, true, true, false },
        { "the type elsewhere", new() { Types_ = { EventType.InterfaceChanged }, Namespaces = { "red" } }, false, false, false },
        { "another type of interfaces", new() { Types_ = { EventType.LocalAddressRemoved } }, false, true, false },
        { "the type in snapshots", new() { Types_ = { EventType.InterfaceSnapshot } }, false, true, false },
        { "a type of connections", new() { Types_ = { EventType.ConnectionClosed } }, false, false, true },
        { "the type of connections in snapshots", new() { Types_ = { EventType.ConnectionSnapshot } }, false, false, true },
        { "a type of namespaces", new() { Types_ = { EventType.NamespaceAdded } }, false, false, true },
        { "the type of policies", new() { Types_ = { EventType.PoliciesChanged } }, false, false, false },
        { "types of policies and interfaces", new() { Types_ = { EventType.PoliciesChanged, EventType.InterfaceChanged } }, true, true, false },
        { "the type of sessions", new() { Types_ = { EventType.SessionChanged } }, false, false, false },
        { "types of sessions and connections", new() { Types_ = { EventType.SessionChanged, EventType.ConnectionClosed } }, false, false, true },
        { "types of both", new() { Types_ = { EventType.InterfaceChanged, EventType.ConnectionClosed } }, true, true, true },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public void Interfaces_are_selected_by_namespaces_and_types_and_by_no_question_about_connections(
        string what, EventFilter filter, bool matchesChange, bool holdsInterfaces, bool holdsConnections)
    {
        var options = WatchRequestMapping.Read(new WatchRequest { Allow = { filter } });
        var compiled = Assert.Single(options.Allow);

        Assert.True(matchesChange == compiled.Matches(Told(StateEventType.InterfaceChanged), connection: null), what);
        Assert.True(holdsInterfaces == options.WantsInterfaces(Here), what);
        Assert.True(holdsConnections == compiled.Matches(new Connection(Here, token: 1, id: 1) { State = ConnectionState.Established }), what);
    }

    [Theory]
    [InlineData("nothing", true)]
    [InlineData("a namespace", false)]
    [InlineData("a token", false)]
    [InlineData("the type", true)]
    [InlineData("the type, a namespace and a token", true)]
    [InlineData("another type", false)]
    public void Changes_of_policies_and_sessions_are_selected_by_their_type_or_by_a_filter_that_asks_nothing(string what, bool matches)
    {
        AssertSelected(StateEventType.PoliciesChanged, EventType.PoliciesChanged, EventType.SessionChanged, what, matches);
        AssertSelected(StateEventType.SessionChanged, EventType.SessionChanged, EventType.PoliciesChanged, what, matches);
    }

    [Fact]
    public void A_namespace_is_not_asked_about_its_connections()
    {
        var filter = Assert.Single(WatchRequestMapping.Read(new WatchRequest { Allow = { new EventFilter { Tokens = { 1 } } } }).Allow);
        Assert.True(filter.Matches(Told(StateEventType.NamespaceAdded), connection: null));
    }

    [Fact]
    public void A_filter_that_denies_everything_of_a_namespace_denies_its_interfaces()
    {
        Assert.False(Wants(new EventFilter { Namespaces = { Here } }));
        Assert.True(Wants(new EventFilter { Namespaces = { "red" } }));
        Assert.True(Wants(new EventFilter { Namespaces = { Here }, Tokens = { 1 } }));
        // Which events are unwanted says nothing of what there is.
        Assert.True(Wants(new EventFilter { Types_ = { EventType.InterfaceChanged } }));

        static bool Wants(EventFilter denied)
        {
            var options = WatchRequestMapping.Read(new WatchRequest { Deny = { denied } });
            return options.WantsInterfaces(Here);
        }
    }

    [Fact]
    public void Every_type_of_the_contract_can_be_named()
    {
        foreach (var type in Enum.GetValues<EventType>().Where(type => type != EventType.Unspecified))
            Assert.Single(EventMapping.FromProto(type));
    }

    private static void AssertSelected(StateEventType happened, EventType type, EventType other, string what, bool matches)
    {
        var filter = new EventFilter();
        if (what.Contains("namespace", StringComparison.Ordinal))
            filter.Namespaces.Add(Here);
        if (what.Contains("token", StringComparison.Ordinal))
            filter.Tokens.Add(1);
        if (what.Contains("type", StringComparison.Ordinal))
            filter.Types_.Add(what.StartsWith("another", StringComparison.Ordinal) ? other : type);
        var told = new StateEvent(happened, "", DateTimeOffset.UnixEpoch);

        Assert.Equal(matches, WatchRequestMapping.Read(new WatchRequest { Allow = { filter } }).Wants(told));
        Assert.Equal(!matches, WatchRequestMapping.Read(new WatchRequest { Deny = { filter } }).Wants(told));
    }

    private static StateEvent Told(StateEventType type) => new(type, Here, DateTimeOffset.UnixEpoch);
}
