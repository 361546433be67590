using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

/// <summary>Roles and the sessions of controllers.</summary>
public sealed class SessionTests
{
    static readonly Timestamp Then = Timestamp.FromDateTime(new DateTime(2030, 1, 1, 0, 0, 30, DateTimeKind.Utc));

    static readonly PolicyAuthor Root = new() { Process = new PolicyAuthorProcess { Uid = 0, Pid = 43, Command = "mptcpctl" } };

    static readonly Session Edge = new()
    {
        Id = 7,
        Role = "te",
        ElectionId = 10,
        Name = "edge \"one\"",
        Caller = new PolicyAuthor { Process = new PolicyAuthorProcess { Uid = 1000, Pid = 42, Command = "te-ctl" } },
        Primary = true,
        OpenTime = Then,
    };

    static readonly RoleSessions Held = new()
    {
        Role = new PolicyRole
        {
            Name = "te",
            Scope = new PolicyMatch
            {
                ServerSide = true,
                LocalPrefixes = { "198.18.0.0/15", "2001:db8::/32" },
                LocalPorts = { new PortRange { First = 443, Last = 443 }, new PortRange { First = 8000, Last = 8100 } },
                RemotePrefixes = { "192.0.2.0/24" },
                RemotePorts = { new PortRange { First = 1024, Last = 65535 } },
                Interfaces = { "eth*" },
                Namespaces = { "blue" },
                Uids = { 0, 33 },
                Cgroups = { "/system.slice/*" },
                Commands = { "nginx" },
            },
            Limits = new RoleLimits { CommandsPerSecond = 5, SubflowsPerConnection = 0, Subflows = 1 },
            Uids = { 1000, 1001 },
        },
        Sessions =
        {
            new Session(Edge)
            {
                Figures = new SessionFigures
                {
                    DecisionsAsked = 20, DecisionsMade = 12, DecisionsMissed = 3, DecisionsLate = 4, DecisionsWaiting = 1, Responsive = true,
                },
            },
            new Session
            {
                Id = 8, Role = "te", ElectionId = 9, Caller = new PolicyAuthor { Peer = "127.0.0.1:5000" }, OpenTime = Then,
                Figures = new SessionFigures(),
            },
        },
        HighestElectionId = 11,
        DelegatedConnections = 100,
        FallenBackConnections = 2,
        Subflows = 250,
    };

    static readonly RoleSessions Free = new() { Role = new PolicyRole { Name = "all" } };

    [Fact]
    public async Task Sessions_are_listed_above_their_roles()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSessionsRequest _) => new ListSessionsResponse { Roles = { Free, Held } });

        var run = (await Mptcpctl.RunAsync(daemon, "session list")).Succeeded();

        Assert.Equal(new ListSessionsRequest(), daemon.Received<ListSessionsRequest>());
        Assert.Equal(
            """
            ROLE  SESSION  PRIMARY  ELECTION-ID  NAME        CALLER               OPEN-SINCE            MADE/MISSED/LATE  WAITING  RESPONSIVE
            te    7        yes      10           edge "one"  uid=1000 te-ctl[42]  2030-01-01T00:00:30Z  12/3/4            1        yes
            te    8        -        9            -           127.0.0.1:5000       2030-01-01T00:00:30Z  0/0/0             0        no

            ROLE  HIGHEST-ID  DELEGATED  FALLEN-BACK  SUBFLOWS  USERS      LIMITS                                                     SCOPE
            all   0           0          0            0         any        10000 commands/s, 32 subflows/connection, 100000 subflows  all connections
            te    11          100        2            250       1000,1001  5 commands/s, 0 subflows/connection, 1 subflow             server side; local address 198.18.0.0/15 or 2001:db8::/32; local port 443 or 8000-8100; remote address 192.0.2.0/24; remote port 1024-65535; interface eth*; namespace blue; user 0 or 33; cgroup /system.slice/*; command nginx

            """,
            run.Out);
    }

    [Fact]
    public async Task Where_nobody_plays_a_role_it_is_told_above_the_roles()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSessionsRequest request) => new ListSessionsResponse
        {
            Roles = { new RoleSessions { Role = new PolicyRole { Name = request.Role, Scope = new PolicyMatch { ServerSide = false } } } },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "session list --role te")).Succeeded();

        Assert.Equal(new ListSessionsRequest { Role = "te" }, daemon.Received<ListSessionsRequest>());
        Assert.Equal("no session is open", run.Lines[0]);
        Assert.StartsWith("te ", run.Lines[2], StringComparison.Ordinal);
        Assert.EndsWith(" client side", run.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("session list", "there are no roles: neither the configuration nor the policies have one\n")]
    [InlineData("session list --role te", "there is no role te\n")]
    public async Task Where_there_are_no_roles_that_is_told(string commandLine, string expected)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSessionsRequest _) => new ListSessionsResponse());

        Assert.Equal(expected, (await Mptcpctl.RunAsync(daemon, commandLine)).Succeeded().Out);
        Assert.Equal(
            new ListSessionsResponse(),
            ListSessionsResponse.Parser.ParseJson((await Mptcpctl.RunAsync(daemon, commandLine + " -o json")).Succeeded().Out));
    }

    [Fact]
    public async Task Programs_get_the_answer_whole()
    {
        var answer = new ListSessionsResponse { Roles = { Free, Held } };
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSessionsRequest _) => answer);

        var run = (await Mptcpctl.RunAsync(daemon, "session list --output json")).Succeeded();

        Assert.Equal(answer, ListSessionsResponse.Parser.ParseJson(run.Out));
    }

    [Fact]
    public async Task A_role_that_is_not_known_is_told_with_how_to_find_one()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<ListSessionsRequest>(Refusal.Of(StatusCode.NotFound, "there is no role 'x'", "ROLE_UNKNOWN"));

        Assert.Equal(
            "there is no role 'x'; 'mptcpctl session list' lists those there are",
            (await Mptcpctl.RunAsync(daemon, "session list --role x")).EndedWith(ExitCode.Refused).ErrorLine);
    }

    [Fact]
    public async Task A_watch_tells_of_sessions()
    {
        SessionChange[] changes =
        [
            new() { Kind = SessionChangeKind.Opened, Session = new Session(Edge) { Primary = false, Name = "" } },
            new() { Kind = SessionChangeKind.Primary, Session = Edge },
            new() { Kind = SessionChangeKind.Unresponsive, Session = Edge },
            new() { Kind = SessionChangeKind.Overridden, Session = Edge, OverriddenBy = Root },
            new()
            {
                Kind = SessionChangeKind.Closed,
                Session = new Session(Edge) { Primary = false, Name = "\e[2J" },
                Error = new CommandError { Code = 10, Reason = "ROLE_REMOVED", Message = "the policies have it no longer" },
            },
            new()
            {
                Kind = SessionChangeKind.Closed,
                Session = new Session { Id = 9, Role = "te", ElectionId = 1 },
                Error = new CommandError { Code = 14, Message = "it fell silent" },
            },
        ];
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, responses, _) => responses.WriteAsync(new WatchResponse
        {
            Events = new EventBatch
            {
                Events =
                {
                    changes.Select(change => new Event
                    {
                        Time = Then, Type = EventType.SessionChanged, Origin = EventOrigin.Derived, Session = change,
                    }),
                },
            },
        }));

        var run = (await Mptcpctl.RunAsync(daemon, "watch --type session-changed")).Succeeded();

        Assert.Equal(
            new WatchRequest { Allow = { new EventFilter { Types_ = { EventType.SessionChanged } } } }, daemon.Received<WatchRequest>());
        const string Session = "role=te session=7 election-id=10";
        const string Caller = "of uid=1000 te-ctl[42]";
        Assert.Equal(
            [
                $"opened {Session} {Caller} (derived)",
                $"primary {Session} name=\"edge \\\"one\\\"\" {Caller} (derived)",
                $"unresponsive {Session} name=\"edge \\\"one\\\"\" primary {Caller} (derived)",
                $"overridden {Session} name=\"edge \\\"one\\\"\" primary {Caller} by uid=0 mptcpctl[43] (derived)",
                $"closed {Session} name=\"\\x1b[2J\" {Caller} ROLE_REMOVED: the policies have it no longer (derived)",
                "closed role=te session=9 election-id=1 Unavailable: it fell silent (derived)",
            ],
            run.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(5))));
        Assert.All(run.Lines, line => Assert.StartsWith("2030-01-01T00:00:30.000Z  -  session-changed ", line, StringComparison.Ordinal));
    }
}
