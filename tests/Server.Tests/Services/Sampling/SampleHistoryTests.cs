using Mptcp.ControlPlane.Server.Services.Sampling;
using Mptcp.Native.Diagnostics.Information;
using static Mptcp.ControlPlane.Server.Tests.Services.Sampling.SampledSockets;
using Duration = Google.Protobuf.WellKnownTypes.Duration;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Sampling;

public sealed class SampleHistoryTests
{
    private readonly SampleHistory _history = new();

    [Fact]
    public void The_first_sample_of_anything_has_no_deltas()
    {
        var sample = _history.Add([Connection(1, new MptcpInfo { BytesSent = 5 }, Subflow(10))], DateTimeOffset.UnixEpoch, elapsed: null, 0).Single();

        Assert.Null(sample.Elapsed);
        var connection = Assert.Single(sample.Connections);
        Assert.Equal((1u, IdOf(1), Proto.SocketState.Established, 5ul), (connection.Token, connection.Id, connection.State, connection.Info.BytesSent));
        Assert.Null(connection.Delta);
        Assert.Null(connection.Rates);
        var subflow = Assert.Single(connection.Subflows);
        Assert.Equal((10ul, 10u, 10u), (subflow.Cookie, subflow.Local.Port, subflow.Subflow.LocalId));
        Assert.Null(subflow.Delta);
        Assert.Null(subflow.Rates);
    }

    [Fact]
    public void Deltas_are_differences_and_rates_are_those_per_second()
    {
        Add(Connection(1, new MptcpInfo { BytesSent = 100, BytesReceived = 7, Retransmissions = 2 }, Subflow(10, Tcp(1000, retransmissions: 5))));
        var sample = Add(Connection(
            1,
            new MptcpInfo { BytesSent = 350, BytesReceived = 7, Retransmissions = 3 },
            Subflow(10, Tcp(3000, retransmissions: 6)),
            Subflow(11)));

        Assert.Equal((new Duration { Nanos = 500_000_000 }, 4ul), (sample.Elapsed, sample.Coalesced));
        var connection = Assert.Single(sample.Connections);
        Assert.Equal(new Proto.TrafficDelta { BytesSent = 250, BytesReceived = 0, Retransmissions = 1 }, connection.Delta);
        Assert.True(connection.Delta.HasBytesReceived, "nothing was received, which is known");
        Assert.False(connection.Delta.HasBytesAcknowledged, "the kernel does not count it");
        Assert.Equal(new Proto.TrafficRates { BytesSent = 500, BytesReceived = 0 }, connection.Rates);
        Assert.False(connection.Rates.HasBytesAcknowledged);
        Assert.Equal(
            new Proto.TrafficDelta { BytesSent = 2000, BytesReceived = 4000, BytesAcknowledged = 2000, BytesRetransmitted = 200, Retransmissions = 1 },
            connection.Subflows[0].Delta);
        Assert.Equal(
            new Proto.TrafficRates { BytesSent = 4000, BytesReceived = 8000, BytesAcknowledged = 4000, BytesRetransmitted = 400 },
            connection.Subflows[0].Rates);
        Assert.Null(connection.Subflows[1].Delta);
    }

    [Fact]
    public void What_is_there_no_more_has_ended_and_is_told_once()
    {
        Add(Connection(1, null, Subflow(10), Subflow(11)), Connection(2, null, Subflow(20)));

        var sample = Add(Connection(1, null, Subflow(11)));
        Assert.Equal([new Proto.EndedConnection { Token = 2, Id = IdOf(2) }], sample.EndedConnections);
        var ended = Assert.Single(Assert.Single(sample.Connections).EndedSubflows);
        Assert.Equal((10ul, 10u, "198.18.0.2", 10u, 9u), (ended.Cookie, ended.Local.Port, ended.Remote.Address, ended.LocalId, ended.RemoteId));

        sample = Add(Connection(1, null, Subflow(11)));
        Assert.Empty(sample.EndedConnections);
        Assert.Empty(Assert.Single(sample.Connections).EndedSubflows);
    }

    [Fact]
    public void What_comes_back_begins_anew()
    {
        Add(Connection(1, new MptcpInfo { BytesSent = 1 }, Subflow(10)));
        Add();
        var connection = Assert.Single(Add(Connection(1, new MptcpInfo { BytesSent = 2 }, Subflow(10))).Connections);
        Assert.Null(connection.Delta);
        Assert.Null(connection.Subflows[0].Delta);
    }

    [Fact]
    public void A_sample_is_in_order_whatever_order_the_kernel_lists_in()
    {
        var sample = Add(Connection(3, null), Connection(1, null, Subflow(12), Subflow(10)), Connection(2, null));
        Assert.Equal([IdOf(1), IdOf(2), IdOf(3)], sample.Connections.Select(connection => connection.Id));
        Assert.Equal([10ul, 12], sample.Connections[0].Subflows.Select(subflow => subflow.Cookie));
        Assert.Equal([IdOf(1), IdOf(2), IdOf(3)], Add().EndedConnections.Select(connection => connection.Id));
    }

    [Theory]
    [InlineData(uint.MaxValue, 2u, 3u)]
    [InlineData(0u, (uint)int.MaxValue, (uint)int.MaxValue)]
    public void A_count_of_32_bits_goes_on_after_its_last(uint before, uint now, uint expected)
    {
        Add(Connection(1, null, Subflow(10, Tcp(0, before))));
        Assert.Equal(expected, Add(Connection(1, null, Subflow(10, Tcp(0, now)))).Connections[0].Subflows[0].Delta.Retransmissions);
    }

    [Theory]
    [InlineData(999ul, 7u)]
    [InlineData(1000ul, 4u)]
    public void Counters_that_went_back_have_no_delta_but_those_after_them_have(ulong sent, uint retransmissions)
    {
        Add(Connection(1, null, Subflow(10, Tcp(1000, retransmissions: 5))));
        Assert.Null(Add(Connection(1, null, Subflow(10, Tcp(sent, retransmissions)))).Connections[0].Subflows[0].Delta);
        var delta = Add(Connection(1, null, Subflow(10, Tcp(2000, retransmissions)))).Connections[0].Subflows[0].Delta;
        Assert.Equal((2000 - sent, 0u), (delta.BytesSent, delta.Retransmissions));
    }

    [Fact]
    public void Each_counter_that_went_back_is_noticed()
    {
        TcpInfo[] earlier = [Tcp(1) with { BytesReceived = 1 }, Tcp(1) with { BytesAcknowledged = 0 }, Tcp(1) with { BytesRetransmitted = 0 }];
        foreach (var info in earlier)
        {
            var history = new SampleHistory();
            Assert.Single(history.Add([Connection(1, null, Subflow(10, Tcp(1)))], DateTimeOffset.UnixEpoch, null, 0));
            var sample = history.Add([Connection(1, null, Subflow(10, info))], DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), 0).Single();
            Assert.Null(sample.Connections[0].Subflows[0].Delta);
        }
    }

    [Fact]
    public void A_sample_of_many_connections_comes_in_parts_that_are_one_sample()
    {
        var many = Enumerable.Range(1, 1500).Select(id => Connection((uint)id, null, Subflow((ulong)(10_000 + id)))).ToList();
        Assert.Equal(3, _history.Add([.. many, Connection(1501, null)], DateTimeOffset.UnixEpoch, elapsed: null, 0).Count());

        var parts = _history.Add(many, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), 2).ToList();

        Assert.Equal([true, true, false], parts.Select(part => part.Continued));
        Assert.Equal([512, 512, 476], parts.Select(part => part.Connections.Count));
        Assert.Equal(many.Select(connection => connection.Id), parts.SelectMany(part => part.Connections).Select(one => one.Id));
        Assert.All(parts, part => Assert.Equal((new Duration { Seconds = 1 }, 2ul), (part.Elapsed, part.Coalesced)));
        Assert.All(parts.SelectMany(part => part.Connections), one => Assert.NotNull(one.Subflows[0].Delta));
        Assert.Equal([0, 0, 1], parts.Select(part => part.EndedConnections.Count));
    }

    private static TcpInfo Tcp(ulong sent, uint retransmissions = 0) => new()
    {
        BytesSent = sent,
        BytesReceived = 2 * sent,
        BytesAcknowledged = sent,
        BytesRetransmitted = sent / 10 + 1,
        TotalRetransmissions = retransmissions,
    };

    private Proto.SampleResponse Add(params ConnectionSockets[] read)
        => Assert.Single(_history.Add(read, DateTimeOffset.UnixEpoch, TimeSpan.FromMilliseconds(500), coalesced: 4));
}
