using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Kernel.Nonsense;

/// <summary>A daemon in one of whose namespaces the kernel answers, and tells, nonsense: it goes on, says so, and serves the other as before.</summary>
public sealed class NonsenseTests
{
    private const int NetlinkRoute = 0, NetlinkSockDiag = 4, NetlinkGeneric = 16;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Whatever_the_kernel_answers_callers_are_told_and_the_other_namespace_is_served()
    {
        await using var served = await ServedLab.StartAsync();
        var (broken, whole) = (served.Lab.Client.NamespacePath, served.Lab.Server.NamespacePath);
        var kind = "";
        var replaced = new[] { NetlinkGeneric, NetlinkRoute, NetlinkSockDiag }
            .Select(protocol => served.Lab.Client.ReplaceNetlink(protocol, request => KernelNonsense.Answers[Volatile.Read(ref kind)](request)))
            .ToList();
        Assert.All(replaced, one => Assert.True(one.Count > 0, "nothing is asked"));
        try
        {
            foreach (var next in KernelNonsense.Answers.Keys)
            {
                Volatile.Write(ref kind, next);
                foreach (var (what, call) in Calls(served, broken))
                    await IsToldAsync($"{what}, answered with {next}", call);
                foreach (var (_, call) in Calls(served, whole))
                    await call().WaitAsync(Longest, Cancellation);
            }
        }
        finally
        {
            replaced.ForEach(one => one.Dispose());
        }

        Assert.Contains(served.Log.Entries, entry => entry.Message.Contains(broken, StringComparison.Ordinal) && entry.Message.Contains("claims", StringComparison.Ordinal));
        Assert.DoesNotContain(served.Log.Entries, entry => entry.Message.Contains(whole, StringComparison.Ordinal) && entry.Message.Contains("claims", StringComparison.Ordinal));
        await served.StopAsync().AsTask().WaitAsync(Longest, Cancellation);
    }

    [LabTheory]
    [InlineData(NetlinkGeneric, KernelNonsense.Family)]
    [InlineData(NetlinkRoute, KernelNonsense.NewLink)]
    public async Task What_is_told_and_cannot_be_read_is_a_loss_that_watchers_hear_of(int protocol, ushort type)
    {
        await using var served = await ServedLab.StartAsync();
        using var watch = served.Events.Watch(new WatchRequest(), cancellationToken: Cancellation);
        await AwaitAsync(watch, "the end of the snapshot", response => response.MessageCase == WatchResponse.MessageOneofCase.Sync);
        using var events = served.Lab.Client.ReplaceNetlinkEvents(protocol);
        Assert.True(events.Count > 0, "nobody listens");

        foreach (var datagram in KernelNonsense.Unreadable(type))
        {
            events.Say(datagram);
            var lost = await AwaitAsync(watch, "that something was lost", response => response.MessageCase == WatchResponse.MessageOneofCase.Lost);
            Assert.Equal(LossSource.Kernel, lost.Lost.Source);
            // What is then is found out by asking, and the kernel answers as it should.
            await AwaitAsync(watch, "the end of the snapshot after it", response => response.MessageCase == WatchResponse.MessageOneofCase.Sync);
        }

        await StillServesAsync(served, watch);
    }

    [LabFact]
    public async Task What_is_told_and_is_not_so_harms_nobody()
    {
        await using var served = await ServedLab.StartAsync();
        using var watch = served.Events.Watch(new WatchRequest(), cancellationToken: Cancellation);
        await AwaitAsync(watch, "the end of the snapshot", response => response.MessageCase == WatchResponse.MessageOneofCase.Sync);
        using var events = served.Lab.Client.ReplaceNetlinkEvents(NetlinkGeneric);
        foreach (var datagram in KernelNonsense.Untrue)
            events.Say(datagram);

        await AwaitAsync(watch, "the end of what never was", response => response.MessageCase == WatchResponse.MessageOneofCase.Events
            && response.Events.Events.Any(told => told.Type == EventType.ConnectionClosed && told.Token == KernelNonsense.Last));
        Assert.DoesNotContain(
            (await new ConnectionService.ConnectionServiceClient(served.Channel).ListConnectionsAsync(new ListConnectionsRequest(), cancellationToken: Cancellation)).Connections,
            connection => connection.Token == 0xdeadbeef);
        await StillServesAsync(served, watch);
    }

    // Real traffic is told of where the kernel makes sense, and the daemon ends in order.
    private static async Task StillServesAsync(ServedLab served, AsyncServerStreamingCall<WatchResponse> watch)
    {
        using var connected = await served.Lab.ConnectAsync(cancellationToken: Cancellation);
        await AwaitAsync(watch, "a connection in the other namespace", response => IsTold(response, EventType.ConnectionCreated, served.Lab.Server.NamespacePath));
        foreach (var (_, call) in Calls(served, served.Lab.Server.NamespacePath))
            await call().WaitAsync(Longest, Cancellation);
        await served.StopAsync().AsTask().WaitAsync(Longest, Cancellation);
    }

    private static IEnumerable<(string What, Func<Task> Call)> Calls(ServedLab served, string name)
    {
        var connections = new ConnectionService.ConnectionServiceClient(served.Channel);
        yield return ("a list of endpoints", async () => await served.Endpoints.ListEndpointsAsync(new ListEndpointsRequest { Namespace = name }, cancellationToken: Cancellation));
        yield return ("the limits", async () => await served.Endpoints.GetLimitsAsync(new GetLimitsRequest { Namespace = name }, cancellationToken: Cancellation));
        yield return ("a list of sockets", () => ListSocketsAsync(served, name));
        yield return ("a comparison", async () => await connections.ReconcileConnectionsAsync(new ReconcileConnectionsRequest { Namespace = name }, cancellationToken: Cancellation));
        yield return ("a list of interfaces", async () => await served.Node.ListInterfacesAsync(new ListInterfacesRequest { Namespace = name }, cancellationToken: Cancellation));
    }

    private static async Task ListSocketsAsync(ServedLab served, string name)
    {
        using var list = served.Diagnostics.ListSockets(new ListSocketsRequest { Namespace = name }, cancellationToken: Cancellation);
        await foreach (var _ in list.ResponseStream.ReadAllAsync(Cancellation))
        {
        }
    }

    // Done, where nonsense can be taken for sense, or refused as something that the kernel is to blame for.
    private static async Task IsToldAsync(string what, Func<Task> call)
    {
        try
        {
            await call().WaitAsync(Longest, Cancellation);
        }
        catch (RpcException refusal)
        {
            var error = ControlPlaneError.From(refusal);
            Assert.True(
                error.Reason is ErrorReason.KernelUnavailable or ErrorReason.KernelRefused, $"{what}: {error.StatusCode} {error.Reason}: {error.Message}");
            Assert.True(error.Message.Length > 0, what);
        }
    }

    private static bool IsTold(WatchResponse response, EventType type, string name)
        => response.MessageCase == WatchResponse.MessageOneofCase.Events && response.Events.Events.Any(told => told.Type == type && told.Namespace == name);

    private static async Task<WatchResponse> AwaitAsync(
        AsyncServerStreamingCall<WatchResponse> watch, string what, Func<WatchResponse, bool> isIt)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Longest);
        try
        {
            while (await watch.ResponseStream.MoveNext(limit.Token))
            {
                if (isIt(watch.ResponseStream.Current))
                    return watch.ResponseStream.Current;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled } && limit.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} did not come within {Longest.TotalSeconds} s");
        }

        throw new InvalidOperationException($"the stream ended before {what}");
    }
}
