using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class PolicyTests
{
    static readonly Timestamp Then = Timestamp.FromDateTime(new DateTime(2030, 1, 1, 0, 0, 30, DateTimeKind.Utc));

    static readonly PolicyAuthor Root = new() { Process = new PolicyAuthorProcess { Uid = 0, Pid = 42, Command = "mptcpctl" } };

    static readonly SocketAddress Remote = new() { Address = "198.18.9.9", Port = 443 };

    public static PathExplanation Explanation => new()
    {
        Namespace = "blue",
        Token = 7,
        ConnectionId = 1007,
        Local = new SocketAddress { Address = "198.18.1.1", Port = 40000 },
        Remote = Remote,
        Policy = "mesh",
        Paths =
        {
            new ExplainedPath
            {
                Local = new SocketAddress { Address = "198.18.1.1", Port = 40000 },
                Remote = Remote,
                Interface = "eth1",
                Standing = PathStanding.Established,
                Wanted = true,
            },
            new ExplainedPath
            {
                Local = new SocketAddress { Address = "198.18.2.1" },
                Remote = Remote,
                Interface = "wwan0",
                Standing = PathStanding.Missing,
                Wanted = true,
                Backup = true,
                Reason = "the peer refused it (ECONNREFUSED)",
                Failures = 3,
                RetryTime = Then,
            },
            new ExplainedPath
            {
                Local = new SocketAddress { Address = "198.18.3.1", Port = 40001 },
                Remote = Remote,
                Standing = PathStanding.Established,
                Step = PathStep.Destroy,
            },
        },
        Announcements = { new ExplainedAnnouncement { Address = new SocketAddress { Address = "203.0.113.7" }, Id = 4, Wanted = true } },
    };

    [Fact]
    public async Task Explain_shows_what_is_wanted_beside_what_is_and_why_they_differ()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ExplainConnectionRequest _) => new ExplainConnectionResponse
        {
            Explanation = Explanation,
            Revision = 3,
            Enforcement = PolicyEnforcement.Monitor,
        });

        var run = (await Mptcpctl.RunAsync(daemon, "policy explain 0x7 --connection-id 1007 --namespace blue")).Succeeded();

        Assert.Equal(new ExplainConnectionRequest { Namespace = "blue", Token = 7, ConnectionId = 1007 }, daemon.Received<ExplainConnectionRequest>());
        Assert.Equal(
            """
            revision 3, monitored
            0x00000007 in blue, 198.18.1.1:40000 -> 198.18.9.9:443: policy mesh
            LOCAL             REMOTE          INTERFACE  WANTED  IS           NEXT     RETRY                 WHY
            198.18.1.1:40000  198.18.9.9:443  eth1       yes     established  -        -                     -
            198.18.2.1        198.18.9.9:443  wwan0      backup  missing      -        2030-01-01T00:00:30Z  the peer refused it (ECONNREFUSED) (3 failures in a row)
            198.18.3.1:40001  198.18.9.9:443  -          no      established  destroy  -                     -
            ANNOUNCEMENT  ID  WANTED  NEXT  RETRY  WHY
            203.0.113.7   4   yes     -     -      -

            """,
            run.Out);
    }

    [Fact]
    public async Task Explain_without_a_token_shows_every_difference_of_all_pages()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListDifferencesRequest request) => new ListDifferencesResponse
        {
            Explanations = { Explanation },
            NextPageToken = request.PageToken.Length == 0 ? "more" : "",
            DecidedConnections = 9,
            DifferentConnections = 2,
            Revision = 3,
            Enforcement = PolicyEnforcement.Enforce,
        });

        var run = (await Mptcpctl.RunAsync(daemon, "policy explain")).Succeeded();
        Assert.Equal("revision 3, enforced: 9 connections are decided about, 2 not as wanted", run.Lines[0]);
        Assert.Equal(2, run.Lines.Count(line => line.StartsWith("0x00000007 in blue", StringComparison.Ordinal)));

        var json = ListDifferencesResponse.Parser.ParseJson((await Mptcpctl.RunAsync(daemon, "policy explain -o json")).Succeeded().Out);
        Assert.Equal((2, ""), (json.Explanations.Count, json.NextPageToken));
        Assert.Equal(["", "more", "", "more"], daemon.Requests.Cast<ListDifferencesRequest>().Select(request => request.PageToken));
    }

    [Fact]
    public async Task Show_prints_yaml_that_can_be_applied_again()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetPoliciesRequest _) => new GetPoliciesResponse
        {
            Revision = new PolicyRevision
            {
                Number = 3,
                Etag = "3-abc",
                Enforcement = PolicyEnforcement.Enforce,
                State = PolicyRevisionState.Holding,
                ApplyTime = Then,
                Author = Root,
                Comment = "two\nlines",
            },
            Yaml = "policies:\n  - name: mesh\e[1m\n",
            Storage = new PolicyStorage { State = PolicyStorageState.Recovered, Remark = "a copy was bad" },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "policy show")).Succeeded();

        Assert.Equal(
            """
            # revision 3, etag 3-abc, holding, enforced, applied 2030-01-01T00:00:30Z by uid=0 mptcpctl[42]
            # two\x0alines
            # at the daemon's start: a copy was bad
            policies:
              - name: mesh\x1b[1m

            """,
            run.Out);
        Assert.Equal(0, daemon.Received<GetPoliciesRequest>().Revision);
    }

    [Fact]
    public async Task Before_anything_was_applied_show_says_so()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetPoliciesRequest _) => new GetPoliciesResponse
        {
            Revision = new PolicyRevision { Etag = "0" },
            Yaml = "policies: []\n",
            Storage = new PolicyStorage { State = PolicyStorageState.NotKept },
        });

        Assert.Equal(
            """
            # revision 0, etag 0: nothing was applied yet
            # the daemon forgets its policies when it ends, for it has no --state-dir
            policies: []

            """,
            (await Mptcpctl.RunAsync(daemon, "policy show")).Succeeded().Out);
    }

    [Fact]
    public async Task History_lists_revisions_with_who_applied_them()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListPolicyRevisionsRequest request) => request.PageToken.Length == 0
            ? new ListPolicyRevisionsResponse
            {
                Revisions =
                {
                    new PolicyRevision
                    {
                        Number = 3, State = PolicyRevisionState.Holding, Enforcement = PolicyEnforcement.Monitor, ApplyTime = Then,
                        Author = new PolicyAuthor { Daemon = new PolicyAuthorDaemon() }, RolledBackTo = 1,
                    },
                },
                NextPageToken = "3",
            }
            : new ListPolicyRevisionsResponse
            {
                Revisions =
                {
                    new PolicyRevision
                    {
                        Number = 2, State = PolicyRevisionState.RolledBack, Enforcement = PolicyEnforcement.Enforce, ApplyTime = Then,
                        Author = new PolicyAuthor { Peer = "127.0.0.1:5000" }, Policies = 2, Comment = "careful",
                    },
                },
            });

        var run = (await Mptcpctl.RunAsync(daemon, "policy history")).Succeeded();

        Assert.Equal(
            """
            REVISION  STATE        MODE       POLICIES  APPLIED               BY              COMMENT
            3         holding      monitored  0         2030-01-01T00:00:30Z  the daemon      as revision 1
            2         rolled-back  enforced   2         2030-01-01T00:00:30Z  127.0.0.1:5000  careful

            """,
            run.Out);
    }

    [Theory]
    [InlineData("policy confirm", 0, "")]
    [InlineData("policy confirm 3 --etag 3-abc", 3, "3-abc")]
    public async Task Confirm_names_the_revision_that_is_meant(string commandLine, long revision, string etag)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ConfirmPoliciesRequest _) => new ConfirmPoliciesResponse
        {
            Revision = new PolicyRevision { Number = 3, Etag = "3-abc", Enforcement = PolicyEnforcement.Enforce, Policies = 2 },
        });

        var run = (await Mptcpctl.RunAsync(daemon, commandLine)).Succeeded();

        Assert.Equal(new ConfirmPoliciesRequest { Revision = revision, Etag = etag }, daemon.Received<ConfirmPoliciesRequest>());
        Assert.Equal("confirmed revision 3: 2 policies, enforced; etag 3-abc\n", run.Out);
    }

    [Fact]
    public async Task Rollback_names_the_revision_and_shows_the_new_one()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((RollBackPoliciesRequest _) => new RollBackPoliciesResponse
        {
            Revision = new PolicyRevision { Number = 4, Etag = "4-abc", Enforcement = PolicyEnforcement.Enforce, Policies = 2, RolledBackTo = 1 },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "policy rollback 1 --etag 3-abc --comment bad")).Succeeded();

        Assert.Equal(
            new RollBackPoliciesRequest { Revision = 1, Etag = "3-abc", Comment = "bad" }, daemon.Received<RollBackPoliciesRequest>());
        Assert.Equal("made revision 4: 2 policies, enforced; etag 4-abc; it has the policies of revision 1\n", run.Out);
    }

    [Theory]
    [InlineData("policy rollback", "REVISION")]
    [InlineData("policy rollback 0", "'0' is not a number")]
    [InlineData("policy explain --connection-id 7", "--connection-id needs TOKEN")]
    public async Task Wrong_usage_is_told_before_anything_is_sent(string commandLine, string expected)
        => Assert.Contains(expected, (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task A_watch_tells_of_changes()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, _) => await responses.WriteAsync(new WatchResponse
        {
            Events = new EventBatch
            {
                Events =
                {
                    new Event
                    {
                        Time = Then, Type = EventType.PoliciesChanged, Origin = EventOrigin.Derived, Cause = EventCause.Timeout,
                        Policies = new PoliciesChange
                        {
                            Kind = PoliciesChangeKind.Expired, Revision = 3, Etag = "3-abc", Enforcement = PolicyEnforcement.Enforce,
                            RolledBackTo = 1, Author = new PolicyAuthor { Daemon = new PolicyAuthorDaemon() },
                        },
                    },
                },
            },
        }));

        var run = (await Mptcpctl.RunAsync(daemon, "watch --type policies-changed")).Succeeded();

        Assert.Equal(
            "2030-01-01T00:00:30.000Z - policies-changed - - expired revision=3 enforced as=1 by the daemon (derived: timeout)",
            string.Join(' ', run.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }
}
