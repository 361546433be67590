using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class WatchTests
{
    static readonly Timestamp Noon = Timestamp.FromDateTime(new DateTime(2026, 1, 2, 12, 0, 0, 7, DateTimeKind.Utc));

    static readonly WatchResponse[] Everything =
    [
        Events(
            new Event
            {
                Sequence = 40,
                Time = Noon,
                Namespace = "default",
                Type = EventType.ConnectionSnapshot,
                Token = 0x1f,
                ConnectionId = 4711,
                Origin = EventOrigin.Snapshot,
                Connection = new Connection
                {
                    State = ConnectionState.Established,
                    Local = new SocketAddress { Address = "198.18.0.1", Port = 40000 },
                    Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
                    Subflows = { new Subflow() },
                },
            }),
        new() { Sync = new Sync { Sequence = 40, ResumeToken = "r40" } },
        Events(
            new Event
            {
                Sequence = 41,
                Time = Noon,
                Namespace = "default",
                Type = EventType.SubflowFailed,
                Token = 0x1f,
                Origin = EventOrigin.Derived,
                Cause = EventCause.Timeout,
                Subflow = new Subflow
                {
                    Local = new SocketAddress { Address = "2001:db8::1", Port = 5000 },
                    Remote = new SocketAddress { Address = "2001:db8::2", Port = 80 },
                    LocalId = 1,
                    Error = 111,
                    ErrorName = "ECONNREFUSED",
                    LastSample = new SubflowSample { BytesSent = 10, BytesReceived = 20 },
                },
            },
            new Event
            {
                Time = Noon,
                Namespace = "blue",
                Type = EventType.AddressAnnounced,
                Token = 0x1f,
                Origin = EventOrigin.Kernel,
                Address = new AnnouncedAddress { Id = 3, Address = new SocketAddress { Address = "198.18.0.3", Port = 80 } },
            }),
        Events(
            new Event
            {
                Namespace = "blue",
                Type = EventType.ListenerCreated,
                Listener = new SocketAddress { Address = "198.18.0.3", Port = 80 },
            },
            new Event { Namespace = "blue", Type = EventType.NamespaceRemoved, Origin = EventOrigin.Reconciled, Cause = EventCause.Survey },
            new Event { Namespace = "blue", Type = (EventType)99 }),
        new() { Bookmark = new Bookmark { Sequence = 42, ResumeToken = "r42" } },
        new() { Lost = new Lost { Source = LossSource.Kernel, Namespace = "blue" } },
        new() { Lost = new Lost { Source = LossSource.Log, Count = 7, FirstSequence = 43, LastSequence = 49 } },
        new() { Lost = new Lost { Source = LossSource.Restart, Count = 1 } },
        new() { Sync = new Sync { Sequence = 50, ResumeToken = "r50", Difference = true } },
        new(),
    ];

    [Fact]
    public async Task People_get_a_line_per_event_in_columns()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, responses, _) => WriteAsync(responses, Everything));

        var run = (await Mptcpctl.RunAsync(daemon, "watch")).Succeeded();

        Assert.Equal(
            """
            2026-01-02T12:00:00.007Z  default  connection-snapshot     0x0000001f  198.18.0.1:40000 -> 198.18.0.2:80  established client subflows=1
            -- up to date at sequence 40; resume from here with --resume r40
            2026-01-02T12:00:00.007Z  default  subflow-failed          0x0000001f  [2001:db8::1]:5000 -> [2001:db8::2]:80  ids=1/0 ECONNREFUSED (111) sent=10 received=20 (derived: timeout)
            2026-01-02T12:00:00.007Z  blue     address-announced       0x0000001f  198.18.0.3:80                           id=3
            -                         blue     listener-created        -           198.18.0.3:80
            -                         blue     namespace-removed       -           -                                       (reconciled: survey)
            -                         blue     99                      -           -
            -- bookmark at sequence 42; resume from here with --resume r42
            -- lost an unknown number of events of namespace blue: the kernel had more to say than its buffer held
            -- lost 7 events (sequence 43 to 49): the daemon no longer holds them
            -- lost 1 event: the daemon was restarted meanwhile
            -- up to date at sequence 50 (told as the difference to what was known); resume from here with --resume r50
            -- a message that this mptcpctl does not know

            """,
            run.Out);
        Assert.Equal(new WatchRequest(), daemon.Received<WatchRequest>());
    }

    [Fact]
    public async Task Programs_get_an_object_a_line_that_says_what_it_is()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, responses, _) => WriteAsync(responses, Everything));

        var run = (await Mptcpctl.RunAsync(daemon, "watch --output json")).Succeeded();

        var objects = run.Lines.Select(line => Assert.Single(JsonDocument.Parse(line).RootElement.EnumerateObject())).ToList();
        Assert.Equal(
            ["event", "sync", "event", "event", "event", "event", "event", "bookmark", "lost", "lost", "lost", "sync", "unknown"],
            objects.Select(item => item.Name));
        var events = Everything.Where(message => message.Events is not null).SelectMany(message => message.Events.Events);
        Assert.Equal(
            events,
            objects.Where(item => item.Name == "event").Select(item => Event.Parser.ParseJson(item.Value.GetRawText())));
        Assert.Equal(Everything[1].Sync, Sync.Parser.ParseJson(objects[1].Value.GetRawText()));
        Assert.Equal(Everything[4].Bookmark, Bookmark.Parser.ParseJson(objects[7].Value.GetRawText()));
        Assert.Equal(
            Everything.Where(message => message.Lost is not null).Select(message => message.Lost),
            objects.Where(item => item.Name == "lost").Select(item => Lost.Parser.ParseJson(item.Value.GetRawText())));
    }

    [Fact]
    public async Task Every_option_reaches_the_daemon()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, _, _) => Task.CompletedTask);

        (await Mptcpctl.RunAsync(
            daemon,
            "watch --type subflow-established --type EVENT_TYPE_SUBFLOW_CLOSED --token 31 --token 0xff"
            + " --deny-type subflow-priority --uid 0 --uid 1000 --cgroup /system.slice --command curl --command nginx"
            + " --bookmark-interval 1m --bookmark-idle 50ms --batch-delay 10ms --field type --field subflow.local"
            + " --namespace blue --follow-only --output json"))
            .Succeeded();

        Assert.Equal(
            new WatchRequest
            {
                Allow =
                {
                    new EventFilter
                    {
                        Namespaces = { "blue" },
                        Types_ = { EventType.SubflowEstablished, EventType.SubflowClosed },
                        Tokens = { 31, 255 },
                        Uids = { 0, 1000 },
                        Cgroups = { "/system.slice" },
                        Commands = { "curl", "nginx" },
                    },
                },
                Deny = { new EventFilter { Types_ = { EventType.SubflowPriority } } },
                Mode = WatchMode.FollowOnly,
                BookmarkInterval = new Duration { Seconds = 60 },
                BookmarkIdle = new Duration { Nanos = 50_000_000 },
                Batch = new BatchOptions { MaxDelay = new Duration { Nanos = 10_000_000 } },
                EventMask = new FieldMask { Paths = { "type", "subflow.local" } },
            },
            daemon.Received<WatchRequest>());
    }

    [Theory]
    [InlineData("watch --snapshot-only", WatchMode.SnapshotOnly, "")]
    [InlineData("watch --resume r40", WatchMode.Unspecified, "r40")]
    public async Task A_watch_begins_where_it_is_told_to(string commandLine, WatchMode mode, string resumeToken)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, _, _) => Task.CompletedTask);

        (await Mptcpctl.RunAsync(daemon, commandLine)).Succeeded();

        Assert.Equal(new WatchRequest { Mode = mode, ResumeToken = resumeToken }, daemon.Received<WatchRequest>());
    }

    [Fact(Timeout = 30_000)]
    public async Task What_came_is_seen_before_the_next_comes_and_an_interruption_is_no_error()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var output = new FlushedStream();
        daemon.Watch(async (_, responses, context) =>
        {
            await WriteAsync(responses, Everything[..2]);
            await output.SeenAsync("--resume r40").WaitAsync(context.CancellationToken);
            await interruption.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });

        var run = await Mptcpctl.RunAsync(
            ["watch"],
            new() { [GlobalOptions.AddressVariable] = daemon.Address },
            output,
            interruption.Token);

        Assert.Equal(2, run.Succeeded().Lines.Length);
    }

    [Fact]
    public async Task A_stream_that_the_daemon_ends_with_an_error_shows_what_came_and_why_it_ended()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, _) =>
        {
            await WriteAsync(responses, Everything[..2]);
            throw Refusal.Of(StatusCode.Unavailable, "the daemon is shutting down", "SHUTTING_DOWN");
        });

        var run = await Mptcpctl.RunAsync(daemon, "watch");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal(2, run.Lines.Length);
        Assert.Equal("the daemon is shutting down; try again when it is back", run.ErrorLine);
    }

    [Fact]
    public async Task The_timeout_is_not_for_streams()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var deadline = DateTime.MinValue;
        daemon.Watch((_, _, context) =>
        {
            deadline = context.Deadline;
            return Task.CompletedTask;
        });

        (await Mptcpctl.RunAsync(daemon, "watch --timeout 1s")).Succeeded();

        Assert.Equal(DateTime.MaxValue, deadline);
    }

    [Theory]
    [InlineData("--follow-only --snapshot-only", "--follow-only and --snapshot-only exclude each other")]
    [InlineData("--resume x --snapshot-only", "--snapshot-only and --resume exclude each other")]
    [InlineData("--token 0 --token x", "--token: '0' is not a token: expected 1 to 4294967295, or 0x1 to 0xffffffff; "
        + "--token: 'x' is not a token: expected 1 to 4294967295, or 0x1 to 0xffffffff")]
    [InlineData("--field type", "--field is for programs, and needs --output json")]
    [InlineData("--field type -o table", "--field is for programs, and needs --output json")]
    [InlineData("--field type -o xml", "--output: 'xml' is not one of table, json")]
    [InlineData("--uid root", "--uid: 'root' is not a number from 0 to 4294967295")]
    [InlineData("--bookmark-interval 0s", "--bookmark-interval: '0s' is no time at all: expected more than zero")]
    public async Task What_is_wrong_with_the_options_is_told(string options, string expected) =>
        Assert.Equal(
            expected + "; see 'mptcpctl watch --help'",
            (await Mptcpctl.RunAsync("watch " + options)).EndedWith(ExitCode.BadUsage).ErrorLine);

    [Fact]
    public async Task A_type_that_is_none_is_told_with_those_that_are()
    {
        var line = (await Mptcpctl.RunAsync("watch --type subflow")).EndedWith(ExitCode.BadUsage).ErrorLine;

        Assert.StartsWith("--type: 'subflow' is not one of connection-created, connection-established, ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("unspecified", line, StringComparison.Ordinal);
    }

    static Event About(EventType type, Event told)
    {
        (told.Time, told.Namespace, told.Type) = (Noon, "self", type);
        return told;
    }

    static WatchResponse Events(params IEnumerable<Event> events) => new() { Events = new EventBatch { Events = { events } } };

    static async Task WriteAsync(IServerStreamWriter<WatchResponse> responses, params IEnumerable<WatchResponse> messages)
    {
        foreach (var message in messages)
            await responses.WriteAsync(message);
    }
}
