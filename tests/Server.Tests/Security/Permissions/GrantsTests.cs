using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Tests.Security.Permissions;

public sealed class GrantsTests
{
    private static readonly LocalCaller Somebody = new(UserId: 1000, Groups: [1000, 27], ProcessId: 7, Command: "te-ctl");
    private static readonly DaemonOwner Owner = new(UserId: 990, SocketGroup: 27);
    private static readonly PolicyMatch Blue = new() { Namespaces = ["blue*"] };

    [Fact]
    public void Root_the_daemons_own_user_and_the_sockets_group_are_administrators()
    {
        var rules = new AccessRules();
        Assert.Equal([AccessRole.Administrator], RolesOf(rules, Somebody));
        Assert.Equal([AccessRole.Administrator], RolesOf(rules, Somebody with { UserId = 0, Groups = [] }));
        Assert.Equal([AccessRole.Administrator], RolesOf(rules, Somebody with { UserId = 990, Groups = [] }));
        Assert.Empty(RolesOf(rules, Somebody with { Groups = [1000] }));
    }

    [Fact]
    public void The_sockets_group_may_be_given_less_or_nothing()
    {
        Assert.Equal([AccessRole.Viewer], RolesOf(new AccessRules { SocketGroup = AccessRole.Viewer }, Somebody));
        Assert.Empty(RolesOf(new AccessRules { SocketGroup = null }, Somebody));
    }

    [Fact]
    public void Over_TCP_nobody_may_do_anything_by_default()
    {
        var rules = new AccessRules();
        Assert.Empty(RolesOf(rules, Remote()));
        Assert.Empty(RolesOf(rules, Remote("spiffe://example.org/controller")));
        Assert.False(GrantsOf(rules, Remote()).For(Permission.ReadNode).IsAllowed);
    }

    [Theory]
    [InlineData("spiffe://example.org/te/one", true)]
    [InlineData("spiffe://example.org/te", false)]
    [InlineData("spiffe://example.com/te/one", false)]
    [InlineData("dns:spiffe://example.org/te/one", false)]
    public void Names_match_patterns(string name, bool matches)
    {
        var rules = new AccessRules { Bindings = [new AccessBinding(AccessRole.Operator, [new CallerPattern.Name("spiffe://example.org/te/*")])] };
        Assert.Equal(matches, GrantsOf(rules, Remote("subject:CN=x", name)).For(Permission.ChangePolicies).IsAllowed);
        Assert.False(GrantsOf(rules, Somebody with { Groups = [] }).For(Permission.ReadNode).IsAllowed);
    }

    [Fact]
    public void Who_has_proved_something_is_not_anonymous()
    {
        var rules = new AccessRules { Bindings = [new AccessBinding(AccessRole.Viewer, [new CallerPattern.Unproved()])] };
        Assert.Equal([AccessRole.Viewer], RolesOf(rules, Remote()));
        Assert.Empty(RolesOf(rules, Remote("dns:host.example.org")));
    }

    [Fact]
    public void Of_several_bindings_all_hold()
    {
        var rules = new AccessRules
        {
            SocketGroup = AccessRole.Viewer,
            Bindings = [new AccessBinding(AccessRole.Operator, [new CallerPattern.User(1000)]) { Scope = Blue }],
        };
        var grants = GrantsOf(rules, Somebody);
        Assert.True(grants.For(Permission.ReadConnections).IsWhole);
        var close = grants.For(Permission.CloseConnections);
        Assert.Equal((true, false, AccessRole.Operator), (close.IsAllowed, close.IsWhole, close.Role));
        // What is about the whole host cannot be had for a part of it.
        Assert.False(grants.For(Permission.ChangePolicies).IsAllowed);
        Assert.True(grants.For(Permission.ReadConfiguration).IsWhole);
    }

    [Fact]
    public void A_scope_reaches_its_connections_and_namespaces_alone()
    {
        var reach = Access.Scoped(AccessRole.Viewer, [Matching(Blue), Matching(new PolicyMatch { Remote = [IPNetwork.Parse("198.18.0.0/24")], UserIds = [5] })]);
        Assert.True(reach.Reaches(Known("blue-1", "203.0.113.1")));
        Assert.False(reach.Reaches(Known("red", "203.0.113.1")));
        // Whose it is is not known yet.
        Assert.False(reach.Reaches(Known("red", "198.18.0.9")));
        Assert.True(reach.Reaches(Known("red", "198.18.0.9") with { Owner = new ConnectionOwner(5, "", 0, "") }));
        Assert.True(reach.Reaches("red"));
        Assert.False(Access.Scoped(AccessRole.Viewer, [Matching(Blue)]).Reaches("red"));
        Assert.False(Access.Scoped(AccessRole.Viewer, []).Reaches("red"));
        Assert.False(Access.Denied.Reaches(Known("blue-1", "203.0.113.1")));
    }

    [Theory]
    [InlineData(StateEventType.PoliciesChanged, false)]
    [InlineData(StateEventType.SessionChanged, false)]
    [InlineData(StateEventType.ListenerCreated, false)]
    [InlineData(StateEventType.InterfaceAdded, true)]
    [InlineData(StateEventType.NamespaceRemoved, true)]
    [InlineData(StateEventType.SubflowEstablished, false)]
    internal void Of_events_without_a_connection_those_of_the_namespace_are_told(StateEventType type, bool told)
    {
        var reach = Access.Scoped(AccessRole.Viewer, [Matching(Blue)]);
        Assert.Equal(told, reach.Reaches(new StateEvent(type, "blue", DateTimeOffset.UnixEpoch)));
        Assert.False(reach.Reaches(new StateEvent(type, "red", DateTimeOffset.UnixEpoch)));
        Assert.True(Access.Whole(AccessRole.Viewer).Reaches(new StateEvent(type, "red", DateTimeOffset.UnixEpoch)));
    }

    [Fact]
    public void A_snapshot_is_reduced_to_what_is_reached()
    {
        var all = new StateSnapshot([Known("blue", "203.0.113.1"), Known("red", "203.0.113.1")], Sequence: 9) { Namespaces = new HashSet<string> { "blue", "red" } };
        var reduced = Access.Scoped(AccessRole.Viewer, [Matching(Blue)]).Reduce(all);
        Assert.Equal("blue", Assert.Single(reduced.Connections).Namespace);
        Assert.Equal(["blue"], reduced.Namespaces!);
        Assert.Equal(9ul, reduced.Sequence);
        Assert.Same(all, Access.Whole(AccessRole.Viewer).Reduce(all));
    }

    [Fact]
    public void Who_plays_a_role_reaches_what_it_reaches_as_that_changes()
    {
        var rules = new AccessRules { Bindings = [new AccessBinding(AccessRole.Controller, [new CallerPattern.User(1000)]) { Plays = ["te"] }] };
        var control = new AccessControl(rules, Owner);
        var caller = Somebody with { Groups = [] };
        Assert.True(control.GrantsOf(caller).MayPlay("te"));
        Assert.False(control.GrantsOf(caller).MayPlay("other"));
        Assert.False(control.GrantsOf(caller).For(Permission.ControlPaths).Reaches(Known("blue", "203.0.113.1")));

        control.Adopt(new Roles([new Role("te") { Scope = Blue }], PolicyDocument.Empty), PolicyDocument.Empty);
        Assert.True(control.GrantsOf(caller).For(Permission.ControlPaths).Reaches(Known("blue", "203.0.113.1")));
        Assert.False(control.GrantsOf(caller).For(Permission.ControlPaths).Reaches(Known("red", "203.0.113.1")));

        // A role that policies only name reaches what they delegate.
        var document = new PolicyDocument
        {
            Policies =
            [
                // What an earlier policy decides about is not delegated.
                new PathPolicy("ssh") { Match = new PolicyMatch { RemotePorts = [new PortRange(22, 22)] } },
                new PathPolicy("red") { Match = new PolicyMatch { Namespaces = ["red"] }, Strategy = PathStrategy.Delegate, Delegation = new Delegation("te", TimeSpan.FromSeconds(1), PathStrategy.None) },
                new PathPolicy("rest"),
            ],
        };
        control.Adopt(new Roles([], document), document);
        Assert.True(control.GrantsOf(caller).For(Permission.ReadConnections).Reaches(Known("red", "203.0.113.1")));
        Assert.False(control.GrantsOf(caller).For(Permission.ReadConnections).Reaches(Known("blue", "203.0.113.1")));
        var decided = Known("red", "203.0.113.1") with { Remote = new IPEndPoint(IPAddress.Loopback, 22) };
        Assert.False(control.GrantsOf(caller).For(Permission.ReadConnections).Reaches(decided));
    }

    [Fact]
    public void Who_may_play_another_role_of_the_same_scope_plays_not_as_before()
    {
        static Grants Playing(params string[] roles) => new([new AccessBinding(AccessRole.Controller, []) { Plays = [.. roles] }], _ => new ConnectionScope.Matching(Blue));
        Assert.True(Playing("one").For(Permission.PlayRole).IsSameAs(Playing("other").For(Permission.PlayRole)));
        Assert.False(Playing("one").PlaysAs(Playing("other")));
        Assert.True(Playing("one", "other").PlaysAs(Playing("other", "one")));
    }

    [Theory]
    [InlineData(@"subject:CN=x,O=Example\, Inc.", @"subject:CN=x,O=Example\, Inc.", true)]
    [InlineData(@"subject:CN=x\,O=y", "subject:CN=x,O=y", false)]
    [InlineData("subject:CN=x*", "subject:CN=xy", true)]
    public void A_backslash_is_a_letter_of_a_subject(string pattern, string name, bool matches)
        => Assert.Equal(matches, new CallerPattern.Name(pattern).Matches(Remote(name)));

    private static ConnectionScope.Matching Matching(PolicyMatch match) => new(match);

    private static RemoteCaller Remote(params string[] names) => new(new IPEndPoint(IPAddress.Loopback, 4000), [.. names]);

    private static Grants GrantsOf(AccessRules rules, Caller caller) => new AccessControl(rules, Owner).GrantsOf(caller);

    private static IEnumerable<AccessRole> RolesOf(AccessRules rules, Caller caller) => GrantsOf(rules, caller).Roles;

    private static Connection Known(string namespaceName, string remote) => new(namespaceName, token: 1, id: 2)
    {
        State = ConnectionState.Established,
        Local = new IPEndPoint(IPAddress.Loopback, 80),
        Remote = new IPEndPoint(IPAddress.Parse(remote), 4000),
    };
}
