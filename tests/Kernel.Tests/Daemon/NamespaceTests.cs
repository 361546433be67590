using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Namespaces that come and go while a daemon runs.</summary>
public class NamespaceTests
{
    static string Name(string name) => $"kernel-tests-{Environment.ProcessId}-{name}";

    [LabFact]
    public async Task A_namespace_is_served_while_it_has_a_name_that_is_wanted()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        using var pair = await lab.ConnectAsync(cancellationToken: cancellation);
        var name = Name("late");
        await using var daemon = await DaemonProcess.StartAsync(lab.Server, "--namespace", name);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        var get = new GetConnectionRequest { Namespace = name, Token = pair.Client.Token };
        var descriptors = CountDescriptors(daemon);

        var refusal = await ServedLab.RefusalOfAsync(daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = 1 }));
        Assert.Equal((StatusCode.NotFound, ErrorReason.NamespaceUnknown), (refusal.StatusCode, refusal.Reason));
        Assert.Contains($"default namespace \"{name}\" does not exist now", refusal.Message, StringComparison.Ordinal);

        foreach (var round in new[] { 1, 2 })
        {
            lab.Client.AttachName(name);
            await watch.MessageAsync($"the namespace, time {round}", Tells(EventType.NamespaceAdded), SkipTo(watch, EventType.NamespaceRemoved, round - 1));
            await watch.FirstAsync(EventType.ConnectionCreated, told => told.Token == pair.Client.Token && told.Namespace == name);
            Assert.Equal(ConnectionState.Established, (await daemon.Client.Connections.GetConnectionAsync(get)).Connection.State);

            lab.Client.DetachName(name);
            await watch.MessageAsync($"its end, time {round}", Tells(EventType.NamespaceRemoved), SkipTo(watch, EventType.NamespaceAdded, round));
            refusal = await ServedLab.RefusalOfAsync(daemon.Client.Connections.GetConnectionAsync(get));
            Assert.Equal(ErrorReason.NamespaceUnknown, refusal.Reason);
            Assert.Empty((await daemon.Client.Connections.ListConnectionsAsync(new ListConnectionsRequest())).Connections);
        }

        // Nothing of it is held that would keep it, nor its interfaces, from ending.
        await LabWait.UntilAsync("the daemon to let go", () => CountDescriptors(daemon) <= descriptors, cancellationToken: cancellation);
        await pair.ExchangeAsync(cancellation);
    }

    [LabFact]
    public async Task A_pattern_serves_each_namespace_once()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        var (one, other, alias) = (Name("p-one"), Name("p-other"), Name("p-zalias"));
        lab.Client.AttachName(one);
        lab.Client.AttachName(alias);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client, "--namespace", Name("p-*"));
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        Assert.Equal([one], (await daemon.Client.Node.GetInfoAsync(new GetInfoRequest { Namespace = one })).Namespaces);

        lab.Server.AttachName(other);
        await watch.FirstAsync(EventType.NamespaceAdded, told => told.Namespace == other);
        Assert.Equal([one, other], (await daemon.Client.Node.GetInfoAsync(new GetInfoRequest { Namespace = one })).Namespaces);

        var refusal = await ServedLab.RefusalOfAsync(daemon.Client.Node.GetInfoAsync(new GetInfoRequest()));
        Assert.Contains("no default namespace", refusal.Message, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task A_namespace_that_loses_a_name_is_served_by_another_one_that_is_wanted()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        using var pair = await lab.ConnectAsync(cancellationToken: cancellation);
        var (first, second) = (Name("a-first"), Name("a-second"));
        lab.Client.AttachName(first);
        lab.Client.AttachName(second);
        await using var daemon = await DaemonProcess.StartAsync(lab.Server, "--namespace", Name("a-*"));
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        lab.Client.DetachName(first);
        await watch.FirstAsync(EventType.NamespaceRemoved, told => told.Namespace == first);
        await watch.FirstAsync(EventType.NamespaceAdded, told => told.Namespace == second);
        await watch.FirstAsync(EventType.ConnectionCreated, told => told.Token == pair.Client.Token && told.Namespace == second);
        Assert.Equal([second], (await daemon.Client.Node.GetInfoAsync(new GetInfoRequest { Namespace = second })).Namespaces);
    }

    [LabFact]
    public async Task A_namespace_that_could_not_be_served_is_served_once_it_can()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        var name = Name("refusing");
        await using var daemon = await DaemonProcess.StartAsync(lab.Server, "--namespace", name);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        lab.Client.SetSysctl("net.mptcp.enabled", "0");
        lab.Client.AttachName(name);
        await daemon.Process.ReadUntilAsync(daemon.Process.Errors, $"the network namespace {name} cannot be served");
        lab.Client.SetSysctl("net.mptcp.enabled", "1");
        await watch.FirstAsync(EventType.NamespaceAdded, told => told.Namespace == name);
    }

    [LabFact]
    public async Task The_daemons_own_namespace_is_another_one_than_that_which_is_named_self()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        var other = Name("own");
        await using var daemon = await DaemonProcess.StartAsync(lab.Client, "--namespace", "self", "--namespace", other);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        // A name that came later, or came again, is told of after what became of this one.
        lab.Server.AttachName("self");
        lab.Server.AttachName(other);
        await watch.FirstAsync(EventType.NamespaceAdded);
        lab.Server.DetachName("self");
        lab.Server.DetachName(other);
        await watch.FirstAsync(EventType.NamespaceRemoved, told => told.Namespace == other);
        lab.Server.AttachName(other);
        await watch.MessageAsync("the other name once more", Tells(EventType.NamespaceAdded), SkipTo(watch, EventType.NamespaceRemoved, 1));

        Assert.DoesNotContain(watch.Events, told => told is { Type: EventType.NamespaceRemoved, Namespace: "self" });
        Assert.Equal(["self", other], (await daemon.Client.Node.GetInfoAsync(new GetInfoRequest())).Namespaces);
    }

    [LabFact]
    public async Task A_wait_in_a_namespace_that_vanishes_is_told_so()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: cancellation);
        var name = Name("vanishing");
        lab.Client.AttachName(name);
        await using var daemon = await DaemonProcess.StartAsync(lab.Server, "--namespace", name);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        using var pair = await lab.ConnectAsync(cancellationToken: cancellation);
        await lab.Client.BlackholePathAsync(2, cancellation);

        var creating = ServedLab.RefusalOfAsync(daemon.Client.Connections.CreateSubflowAsync(new CreateSubflowRequest
        {
            Token = pair.Client.Token,
            Local = new() { Address = lab.Client.GetPath(2).IPv4.ToString() },
            Remote = new() { Address = lab.Client.GetPath(2).PeerIPv4.ToString(), Port = (uint)pair.Client.RemoteEndPoint.Port },
            Wait = ServedPair.LongWait,
        }));
        await watch.FirstAsync(EventType.SubflowRequested);
        lab.Client.DetachName(name);

        var refusal = await creating;
        Assert.Equal((StatusCode.Unavailable, ErrorReason.NamespaceGone), (refusal.StatusCode, refusal.Reason));
    }

    static Func<WatchResponse, bool> Tells(EventType type) => message => message.Events?.Events.Any(told => told.Type == type) ?? false;

    // How many messages came up to the one that told a type for the given time.
    static int SkipTo(WatchProbe watch, EventType type, int time) =>
        time == 0 ? 0 : watch.Messages.Index().Where(message => Tells(type)(message.Item)).ElementAt(time - 1).Index;

    // Its sockets, and its handles of namespaces; the runtime opens other files as it goes.
    static int CountDescriptors(DaemonProcess daemon) => Directory.GetFileSystemEntries($"/proc/{daemon.Process.Id}/fd")
        .Count(link => new FileInfo(link).LinkTarget is { } target
            && (target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("net:[", StringComparison.Ordinal)
                || target.StartsWith("/run/netns/", StringComparison.Ordinal)));
}
