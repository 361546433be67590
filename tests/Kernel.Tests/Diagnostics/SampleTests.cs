using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>Connections and subflows are sampled while they carry data, come and go.</summary>
public class SampleTests(ServedLab served) : IClassFixture<ServedLab>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task What_changes_from_sample_to_sample_adds_up_to_what_there_is_at_the_end(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var subflow = await pair.JoinAsync();
        await using var probe = await SampleProbe.StartAsync(served.Client, Of(pair));
        await pair.Pair.LoadUntilAsync("bytes on both subflows", () => probe.Samples[^1].Connections[0].Subflows.All(Carried), Cancellation);
        await Transfer.ExchangeAsync(pair.Pair.Client, pair.Pair.Server, new TransferOptions { Length = 300_000 }, Cancellation);
        await LabWait.UntilAsync(
            "everything to be acknowledged",
            async _ => (await probe.NextAsync()).Connections[0] is { } now
                && now.Info.WriteSequence == now.Info.SendUnacknowledged
                && now.Subflows.All(one => one.Info.Unacknowledged == 0 && one.Delta.BytesReceived == 0),
            cancellationToken: Cancellation);
        await probe.DisposeAsync();

        var (first, last) = (probe.Samples[0].Connections[0], probe.Samples[^1].Connections[0]);
        Assert.Equal((pair.Token, (await pair.GetAsync()).Id), (last.Token, last.Id));
        var deltas = probe.Samples.Skip(1).Select(sample => sample.Connections[0].Delta).ToList();
        Assert.True(last.Info.BytesSent > first.Info.BytesSent || last.Info.BytesReceived > first.Info.BytesReceived);
        Assert.Equal(last.Info.BytesSent - first.Info.BytesSent, Sum(deltas, delta => delta.BytesSent));
        Assert.Equal(last.Info.BytesReceived - first.Info.BytesReceived, Sum(deltas, delta => delta.BytesReceived));
        Assert.Equal(last.Info.BytesAcknowledged - first.Info.BytesAcknowledged, Sum(deltas, delta => delta.BytesAcknowledged));
        Assert.Equal(last.Info.BytesRetransmitted - first.Info.BytesRetransmitted, Sum(deltas, delta => delta.BytesRetransmitted));

        Assert.Equal(2, last.Subflows.Count);
        Assert.Contains(last.Subflows, one => one.Subflow.LocalId == subflow.LocalId && Equals(one.Local, subflow.Local) && Equals(one.Remote, subflow.Remote));
        foreach (var (one, i) in last.Subflows.Select((one, i) => (one, i)))
        {
            var before = first.Subflows[i];
            Assert.Equal((before.Cookie, before.Local, before.Remote), (one.Cookie, one.Local, one.Remote));
            var changes = probe.Samples.Skip(1).Select(sample => sample.Connections[0].Subflows[i].Delta).ToList();
            Assert.Equal(one.Info.BytesSent - before.Info.BytesSent, Sum(changes, delta => delta.BytesSent));
            Assert.Equal(one.Info.BytesReceived - before.Info.BytesReceived, Sum(changes, delta => delta.BytesReceived));
            Assert.Equal(one.Info.BytesAcknowledged - before.Info.BytesAcknowledged, Sum(changes, delta => delta.BytesAcknowledged));
            Assert.Equal(one.Info.BytesRetransmitted - before.Info.BytesRetransmitted, Sum(changes, delta => delta.BytesRetransmitted));
            Assert.Equal(one.Info.TotalRetransmissions - before.Info.TotalRetransmissions, Sum(changes, delta => delta.Retransmissions));
        }

        KeepsItsInterval(probe);
        HasRatesOfItsDeltas(probe);
    }

    [LabFact]
    public async Task Subflows_are_sampled_from_their_beginning_to_their_end()
    {
        await using var pair = await served.ConnectAsync();
        await using var probe = await SampleProbe.StartAsync(served.Client, Of(pair));
        Assert.Single(probe.Samples[0].Connections[0].Subflows);

        var subflow = await pair.JoinAsync();
        var with = await probe.FirstAsync("the subflow", sample => sample.Connections[0].Subflows.Any(Is(subflow)));
        Assert.Null(with.Connections[0].Subflows.First(Is(subflow)).Delta);
        Assert.NotNull(with.Connections[0].Delta);
        Assert.NotNull((await probe.NextAsync()).Connections[0].Subflows.First(Is(subflow)).Delta);

        await served.Connections.DestroySubflowAsync(new DestroySubflowRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            Local = subflow.Local,
            Remote = subflow.Remote,
        });
        var without = await probe.FirstAsync("its end", sample => sample.Connections[0].EndedSubflows.Count > 0);
        var ended = Assert.Single(without.Connections[0].EndedSubflows);
        Assert.Equal(
            (subflow.Local, subflow.Remote, subflow.LocalId, subflow.RemoteId), (ended.Local, ended.Remote, ended.LocalId, ended.RemoteId));
        Assert.DoesNotContain(without.Connections[0].Subflows, one => one.Cookie == ended.Cookie);
        Assert.Single(probe.Samples, sample => sample.Connections[0].EndedSubflows.Count > 0);

        // The first one: nothing of it is left, and the connection lives on without.
        var initial = without.Connections[0].Subflows[0];
        await served.Connections.DestroySubflowAsync(new DestroySubflowRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            Local = initial.Local,
            Remote = initial.Remote,
        });
        await probe.FirstAsync("a connection without a subflow", sample => sample.Connections[0].Subflows.Count == 0);
        Assert.False(probe.Ended.IsCompleted);
    }

    [LabTheory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task Samples_end_with_their_connection_and_say_so(Side side)
    {
        await using var pair = await served.ConnectAsync(AddressKind.IPv6, side);
        await using var probe = await SampleProbe.StartAsync(served.Client, Of(pair));
        var id = probe.Samples[0].Connections[0].Id;

        pair.Connection.Dispose();

        Assert.Null(await probe.Ended);
        Assert.Equal([new EndedConnection { Token = pair.Token, Id = id }], probe.Samples[^1].EndedConnections);
        Assert.Empty(probe.Samples[^1].Connections);
        Assert.All(probe.Samples.SkipLast(1), sample => Assert.Empty(sample.EndedConnections));
    }

    [LabFact]
    public async Task A_connection_is_found_only_where_it_is_and_only_if_it_is_the_one_that_was_meant()
    {
        await using var pair = await served.ConnectAsync();
        var id = (await pair.GetAsync()).Id;

        var refusal = await RefusalOfAsync(new SampleRequest { Namespace = pair.PeerNamespace, Token = pair.Token });
        Assert.Equal((StatusCode.NotFound, ErrorReason.ConnectionNotFound), (refusal.StatusCode, refusal.Reason));
        refusal = await RefusalOfAsync(new SampleRequest { Namespace = pair.Namespace, Token = pair.Token, ConnectionId = id + 1 });
        Assert.Equal((StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch), (refusal.StatusCode, refusal.Reason));

        var request = new SampleRequest { Namespace = pair.Namespace, Token = pair.Token, ConnectionId = id, Count = 3 };
        await using var probe = await SampleProbe.StartAsync(served.Client, request);
        Assert.Null(await probe.Ended);
        Assert.Equal(3, probe.Samples.Count);
        Assert.All(probe.Samples, sample => Assert.Equal(id, Assert.Single(sample.Connections).Id));
    }

    [LabFact]
    public async Task A_filter_selects_subflows_with_their_connections_or_connections_with_their_subflows()
    {
        await using var pair = await served.ConnectAsync();
        await using var other = await served.ConnectAsync(AddressKind.IPv4OnIPv6);
        var subflow = await pair.JoinAsync();
        var further = await other.JoinAsync();

        // The prefix of the second path is that of the further subflows.
        var onSecondPath = new SocketFilter { LocalPrefix = $"{served.Lab.Client.GetPath(2).IPv4}/32" };
        var sample = await FirstOfAsync(new SampleRequest { Filter = onSecondPath });
        Assert.Equal(new[] { pair.Token, other.Token }.Order(), sample.Connections.Select(connection => connection.Token).Order());
        Assert.Equal(
            new[] { subflow.Local.Port, further.Local.Port }.Order(),
            sample.Connections.SelectMany(connection => connection.Subflows).Select(one => one.Local.Port).Order());

        var atPort = new SocketFilter { LocalPort = new PortRange { First = (uint)pair.Connection.LocalEndPoint.Port } };
        sample = await FirstOfAsync(new SampleRequest { Filter = atPort });
        Assert.Equal((uint)pair.Connection.LocalEndPoint.Port, Assert.Single(Assert.Single(sample.Connections).Subflows).Local.Port);
        sample = await FirstOfAsync(new SampleRequest { Filter = atPort, FilterProtocol = SocketProtocol.Mptcp });
        Assert.Equal(pair.Token, Assert.Single(sample.Connections).Token);
        Assert.Equal(2, sample.Connections[0].Subflows.Count);
        Assert.Equal(2, (await FirstOfAsync(new SampleRequest { Filter = new() { All = new() } })).Connections.Count);
    }

    [LabFact]
    public async Task What_a_filter_selects_comes_and_goes_and_the_samples_go_on()
    {
        var request = new SampleRequest { Namespace = ServedLab.ServerName, Filter = new() { All = new() }, FilterProtocol = SocketProtocol.Mptcp };
        await using var probe = await SampleProbe.StartAsync(served.Client, request);
        Assert.Empty(probe.Samples[0].Connections);

        uint token;
        await using (var pair = await served.ConnectAsync())
        {
            token = pair.PeerToken;
            await probe.FirstAsync("the connection with changes", sample => sample.Connections.Any(one => one.Token == token && one.Subflows.Any(Changed)));
        }

        await probe.FirstAsync("its end", sample => sample.EndedConnections.Any(one => one.Token == token));
        await probe.NextAsync();
        Assert.False(probe.Ended.IsCompleted);
    }

    [LabFact]
    public async Task A_connection_that_fell_back_is_sampled_too()
    {
        var path = served.Lab.Client.GetPath(1);
        using var listener = MptcpListener.Open(served.Lab.Server, new(path.PeerIPv4, 0), new ListenOptions { Transport = Transport.Tcp });
        using var client = await MptcpConnection.OpenAsync(served.Lab.Client, listener.EndPoint, cancellationToken: Cancellation);
        using var server = await listener.AcceptAsync(Cancellation);
        await client.SendAsync(new byte[1000], Cancellation);

        var sample = await FirstOfAsync(new SampleRequest { Filter = new() { All = new() }, FilterProtocol = SocketProtocol.Mptcp });
        var found = Assert.Single(sample.Connections, connection => connection.Id == Sockets.IdOf(client, connection.Token));
        await using var probe = await SampleProbe.StartAsync(served.Client, new SampleRequest { Namespace = ServedLab.ClientName, Token = found.Token });
        var connection = (await probe.NextAsync()).Connections[0];
        Assert.True(connection.Info.Fallback);
        Assert.Equal(1000ul, Assert.Single(connection.Subflows).Info.BytesSent);
    }

    [LabFact]
    public async Task Samples_of_a_namespace_that_vanishes_end_with_an_error()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        var name = $"kernel-tests-{Environment.ProcessId}-sampled";
        lab.Client.AttachName(name);
        await using var daemon = await DaemonProcess.StartAsync(lab.Server, "--namespace", name);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        await using var one = await SampleProbe.StartAsync(daemon.Client, new SampleRequest { Token = pair.Client.Token });
        await using var all = await SampleProbe.StartAsync(daemon.Client, new SampleRequest { Filter = new() { All = new() } });

        lab.Client.DetachName(name);

        foreach (var probe in new[] { one, all })
        {
            var refusal = ControlPlaneError.From(Assert.IsType<RpcException>(await probe.Ended));
            Assert.Equal((StatusCode.Unavailable, ErrorReason.NamespaceGone), (refusal.StatusCode, refusal.Reason));
        }
    }

    [LabFact]
    public async Task Samples_are_shown_by_the_command_line()
    {
        await using var pair = await served.ConnectAsync();
        var run = (await served.RunAsync($"sample 0x{pair.Token:x} --interval 10ms --count 2")).Succeeded();
        Assert.StartsWith("TIME ", run.Output[0], StringComparison.Ordinal);
        Assert.Equal(2, run.Output.Count(line => line.Contains($"0x{pair.Token:x8}", StringComparison.Ordinal)));

        run = (await served.RunAsync($"sample --local :{pair.Connection.LocalEndPoint.Port} --interval 10ms --count 1 -o json")).Succeeded();
        Assert.Contains(pair.Token.ToString(System.Globalization.CultureInfo.InvariantCulture), Assert.Single(run.Output), StringComparison.Ordinal);

        (await served.RunAsync($"sample 0x{pair.PeerToken:x}")).Failed(1, "has no connection with the token");
    }

    // The lower bound alone: a busy machine is always later.
    static void KeepsItsInterval(SampleProbe probe)
    {
        var (ticks, elapsed) = (0ul, TimeSpan.Zero);
        Assert.Null(probe.Samples[0].Elapsed);
        foreach (var sample in probe.Samples.Skip(1))
        {
            ticks += sample.Coalesced + 1;
            elapsed += sample.Elapsed.ToTimeSpan();
            // The first sample itself is a little later than the tick that the others count from.
            Assert.True(elapsed >= (ticks * SampleProbe.Interval) - SampleProbe.Interval, $"the tick {ticks} came after {elapsed}");
        }
    }

    static void HasRatesOfItsDeltas(SampleProbe probe)
    {
        foreach (var sample in probe.Samples.Skip(1))
        {
            var seconds = sample.Elapsed.ToTimeSpan().TotalSeconds;
            foreach (var subflow in sample.Connections.SelectMany(connection => connection.Subflows).Where(Changed))
            {
                Assert.Equal(subflow.Delta.BytesSent, subflow.Rates.BytesSent * seconds, tolerance: 0.001);
                Assert.Equal(subflow.Delta.BytesReceived, subflow.Rates.BytesReceived * seconds, tolerance: 0.001);
            }
        }
    }

    static ulong Sum(IEnumerable<TrafficDelta> deltas, Func<TrafficDelta, ulong> counter)
        => deltas.Aggregate(0ul, (sum, delta) => sum + counter(delta));

    static bool Carried(SampledSubflow subflow) => subflow.Info.BytesSent + subflow.Info.BytesReceived > 100_000;

    static bool Changed(SampledSubflow subflow) => subflow.Delta is not null;

    static Func<SampledSubflow, bool> Is(Subflow subflow) => one => Equals(one.Local, subflow.Local) && Equals(one.Remote, subflow.Remote);

    static SampleRequest Of(ServedPair pair) => new() { Namespace = pair.Namespace, Token = pair.Token };

    async Task<SampleResponse> FirstOfAsync(SampleRequest request)
    {
        request.Namespace = ServedLab.ClientName;
        request.Count = 1;
        return await served.Client.SampleAsync(request, Cancellation).SingleAsync(Cancellation);
    }

    async Task<ControlPlaneError> RefusalOfAsync(SampleRequest request) => ControlPlaneError.From(
        await Assert.ThrowsAsync<RpcException>(async () => await served.Client.SampleAsync(request, Cancellation).ToListAsync(Cancellation)));
}
