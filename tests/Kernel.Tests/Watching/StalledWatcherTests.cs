using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Watching;

/// <summary>Watchers that do not read: they cost nobody anything but themselves.</summary>
public class StalledWatcherTests
{
    const int LogCapacity = 32_768; // some 5 seconds, for watchers on a busy machine
    const int StormOfEvents = LogCapacity * 3 / 2;
    const long MostGrowth = 16 << 20;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public Task A_watcher_that_does_not_read_takes_no_memory_and_disturbs_no_other() => StallAsync(TimeSpan.Zero);

    /// <summary>As <c>make soak</c> has it.</summary>
    internal static async Task StallAsync(TimeSpan atLeast)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, PathManagerKind.Kernel, Cancellation);
        await using var daemon = await DaemonProcess.StartConfiguredAsync(
            lab.Client, $$"""{ "events": { "logCapacity": {{LogCapacity}} } }""");
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);
        await crowd.ChurnAsync(new ChurnOptions(PerSecond: 2000, TimeSpan.FromMilliseconds(20)), lab.Client.GetPath(1).PeerIPv4);
        await ReadAsync(daemon, TimeSpan.Zero); // so that the daemon has grown as much as it does by itself
        var before = daemon.ReadResidentMemory();

        using var stalled = daemon.Client.Events.Watch(new WatchRequest(), cancellationToken: Cancellation);
        await ReadAsync(daemon, atLeast);
        var growth = daemon.ReadResidentMemory() - before;
        await crowd.CalmAsync();

        Assert.InRange(growth, long.MinValue, MostGrowth);
        var messages = new List<WatchResponse>();
        while (messages.Count(message => message.Sync is not null) < 2 && await stalled.ResponseStream.MoveNext(Cancellation))
            messages.Add(stalled.ResponseStream.Current);
        var lost = Assert.Single(messages, message => message.Lost is not null).Lost;
        Assert.Equal((LossSource.Log, lost.LastSequence - lost.FirstSequence + 1), (lost.Source, lost.Count));
        Assert.True(lost.Count > LogCapacity / 4);
        Assert.True(IsInOrder(messages));
        await crowd.EndAsync();
    }

    /// <summary>Reads a storm of events as another watcher, who loses none of them.</summary>
    static async Task ReadAsync(DaemonProcess daemon, TimeSpan atLeast)
    {
        var (start, count) = (Stopwatch.GetTimestamp(), StormOfEvents);
        using var watch = daemon.Client.Events.Watch(new WatchRequest { Mode = WatchMode.FollowOnly }, cancellationToken: Cancellation);
        var place = 0ul;
        while ((count > 0 || Stopwatch.GetElapsedTime(start) < atLeast) && await watch.ResponseStream.MoveNext(Cancellation))
        {
            var message = watch.ResponseStream.Current;
            Assert.Null(message.Lost);
            place = message.Sync?.Sequence ?? place;
            foreach (var told in message.Events?.Events ?? [])
                Assert.Equal(++place, told.Sequence);
            count -= message.Events?.Events.Count ?? 0;
        }
    }

    static bool IsInOrder(IEnumerable<WatchResponse> messages)
    {
        var numbers = messages.SelectMany(message => message.Events?.Events ?? []).Select(told => told.Sequence).ToList();
        return numbers.Order().SequenceEqual(numbers);
    }

    [LabFact]
    public async Task A_watcher_that_was_frozen_is_noticed_and_let_go()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartConfiguredAsync(
            lab.Client, """{ "callers": { "keepAliveIntervalSeconds": 4, "keepAliveTimeoutSeconds": 4 } }""");
        await using var watcher = lab.Client.StartProcess(Programs.CommandLine, "--address", daemon.Address, "watch");
        await watcher.ReadUntilAsync(watcher.Output, "up to date", TimeSpan.FromSeconds(30));
        Assert.Equal(1, CountCallers(daemon, watcher.Id));

        watcher.Pause();

        await LabWait.UntilAsync(
            "the daemon to let go of a watcher that is silent", () => CountCallers(daemon, watcher.Id) == 0, TimeSpan.FromSeconds(60), Cancellation);
    }

    [LabFact]
    public async Task A_thousand_watches_share_one_connection()
    {
        const int Watches = 1000;
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Server);
        using var channel = ConnectOnce(daemon);
        var client = new EventService.EventServiceClient(channel);
        var watches = new List<AsyncServerStreamingCall<WatchResponse>>();
        try
        {
            for (var i = 0; i < Watches; i++)
                watches.Add(client.Watch(new WatchRequest { Mode = WatchMode.FollowOnly }, cancellationToken: Cancellation));
            foreach (var watch in watches)
                Assert.NotNull((await NextAsync(watch)).Sync);
            Assert.Equal(1, CountCallers(daemon, Environment.ProcessId));

            using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
            foreach (var watch in watches)
                Assert.NotEmpty((await NextAsync(watch)).Events.Events);
        }
        finally
        {
            watches.ForEach(watch => watch.Dispose());
        }
    }

    static async Task<WatchResponse> NextAsync(AsyncServerStreamingCall<WatchResponse> watch)
    {
        Assert.True(await LabWait.ForAsync("the next message of a watch", watch.ResponseStream.MoveNext(Cancellation)));
        return watch.ResponseStream.Current;
    }

    // As clients do that have not been told to make more connections.
    static GrpcChannel ConnectOnce(DaemonProcess daemon) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(daemon.Address["unix:".Length..]), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
        DisposeHttpClient = true,
    });

    /// <summary>
    /// How many connections a daemon has accepted: connected sockets (03) with the path of its own. The kernel counts them to the caller's
    /// network namespace.
    /// </summary>
    static int CountCallers(DaemonProcess daemon, int caller) => File.ReadLines($"/proc/{caller}/net/unix")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Count(words => words[^1] == daemon.Address["unix:".Length..] && words[5] == "03");
}
