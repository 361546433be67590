using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.Diagnostics;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>Makes samples of what was read, by comparing it with what was read before.</summary>
internal sealed class SampleHistory
{
    // Connections and subflows in one part, each of some 700 bytes; a caller takes messages of 4 MiB unless it says otherwise.
    private const int PartLength = 1024;

    private Dictionary<ulong, KnownConnection> _before = [];

    /// <summary>Makes a sample, in parts that a caller can take. Each is made when it is asked for; all of them must be.</summary>
    /// <param name="read">What was read now.</param>
    /// <param name="time">What time it is.</param>
    /// <param name="elapsed">How long ago the sample before was taken; null for the first.</param>
    /// <param name="coalesced">How many were left out in between.</param>
    public IEnumerable<Proto.SampleResponse> Add(
        IReadOnlyList<ConnectionSockets> read, DateTimeOffset time, TimeSpan? elapsed, ulong coalesced)
    {
        var now = new Dictionary<ulong, KnownConnection>(read.Count);
        var part = NewPart();
        var length = 0;
        foreach (var connection in read.OrderBy(connection => connection.Id))
        {
            if (length >= PartLength)
            {
                part.Continued = true;
                yield return part;
                (part, length) = (NewPart(), 0);
            }

            _before.TryGetValue(connection.Id, out var before);
            var known = new KnownConnection(connection.Token, TrafficCounters.Of(connection.Socket.Info), []);
            part.Connections.Add(Compare(connection, known, before, elapsed));
            now.Add(connection.Id, known);
            length += 1 + connection.Subflows.Count;
        }

        foreach (var (id, ended) in _before.Where(before => !now.ContainsKey(before.Key)).OrderBy(before => before.Key))
            part.EndedConnections.Add(new Proto.EndedConnection { Token = ended.Token, Id = id });
        _before = now;
        yield return part;

        Proto.SampleResponse NewPart() => new()
        {
            Time = Timestamp.FromDateTimeOffset(time),
            Elapsed = elapsed is { } since ? Duration.FromTimeSpan(since) : null,
            Coalesced = coalesced,
        };
    }

    private static Proto.SampledConnection Compare(
        ConnectionSockets connection, KnownConnection known, KnownConnection? before, TimeSpan? elapsed)
    {
        var message = new Proto.SampledConnection
        {
            Token = connection.Token,
            Id = connection.Id,
            State = SocketMapping.ToProto(connection.Socket.State),
            Info = connection.Socket.Info is { } info ? SocketMapping.ToProto(info) : null,
            Delta = before is null ? null : known.Counters.Since(before.Counters),
        };
        message.Rates = Rates(message.Delta, elapsed);
        foreach (var socket in connection.Subflows.OrderBy(socket => socket.Cookie))
        {
            var subflowBefore = before?.Subflows.GetValueOrDefault(socket.Cookie);
            var subflow = subflowBefore is null
                ? KnownSubflow.Of(socket)
                : subflowBefore with { Counters = TrafficCounters.Of(socket.Info) };
            known.Subflows.Add(socket.Cookie, subflow);
            message.Subflows.Add(Compare(socket, subflow, subflowBefore, elapsed));
        }

        if (before is null)
            return message;
        foreach (var (cookie, ended) in before.Subflows.Where(subflow => !known.Subflows.ContainsKey(subflow.Key)).OrderBy(one => one.Key))
        {
            message.EndedSubflows.Add(new Proto.EndedSubflow
            {
                Cookie = cookie,
                Local = ended.Local,
                Remote = ended.Remote,
                LocalId = ended.LocalId,
                RemoteId = ended.RemoteId,
            });
        }

        return message;
    }

    private static Proto.SampledSubflow Compare(TcpSocket socket, KnownSubflow known, KnownSubflow? before, TimeSpan? elapsed)
    {
        var delta = before is null ? null : known.Counters.Since(before.Counters);
        return new Proto.SampledSubflow
        {
            Cookie = socket.Cookie,
            Local = known.Local,
            Remote = known.Remote,
            Subflow = socket.Subflow is { } subflow ? SocketMapping.ToProto(subflow) : null,
            Info = socket.Info is { } info ? SocketMapping.ToProto(info) : null,
            Delta = delta,
            Rates = Rates(delta, elapsed),
        };
    }

    private static Proto.TrafficRates? Rates(Proto.TrafficDelta? delta, TimeSpan? elapsed)
        => elapsed is { } since && since > TimeSpan.Zero ? TrafficCounters.Rates(delta, since) : null;

    private sealed record KnownConnection(uint Token, TrafficCounters Counters, Dictionary<ulong, KnownSubflow> Subflows);

    // The messages of the ends are made once and never change, so that every sample may hold them.
    private sealed record KnownSubflow(
        Proto.SocketAddress Local, Proto.SocketAddress Remote, byte LocalId, byte RemoteId, TrafficCounters Counters)
    {
        public static KnownSubflow Of(TcpSocket socket) => new(
            AddressMapping.ToProto(socket.Local),
            AddressMapping.ToProto(socket.Remote),
            socket.Subflow?.LocalId ?? 0,
            socket.Subflow?.RemoteId ?? 0,
            TrafficCounters.Of(socket.Info));
    }
}
