using System.Runtime.InteropServices;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>
/// The latest figures of every subflow of a namespace, for the day that it is over and the kernel has forgotten it. They are
/// written in place, since many are written every second. Any thread may use it.
/// </summary>
internal sealed class SampleStore
{
    private readonly Lock _guard = new();
    private readonly Dictionary<ulong, Figures> _figures = [];
    private uint _round;

    /// <summary>
    /// Begins to read every subflow once more. Those that are not read in two rounds are forgotten: of one that ended during the
    /// first, the end may still have to be told.
    /// </summary>
    public void BeginRound() => _round++;

    /// <summary>Notes a subflow's figures.</summary>
    /// <param name="id">The cookie of its TCP socket.</param>
    /// <param name="info">What the kernel showed.</param>
    /// <param name="time">When.</param>
    public void Note(ulong id, TcpInfo info, DateTimeOffset time)
    {
        lock (_guard)
            CollectionsMarshal.GetValueRefOrAddDefault(_figures, id, out _) = new Figures(_round, time.UtcTicks, info);
    }

    /// <summary>Reads and notes the figures of a subflow that is about to be ended, while the kernel still has them.</summary>
    /// <param name="diagnostics">Where to read them.</param>
    /// <param name="subflow">The subflow.</param>
    /// <param name="time">When.</param>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public void Note(SocketDiagnostics diagnostics, SubflowEnds subflow, DateTimeOffset time)
    {
        if (diagnostics.FindTcpSocket(subflow.Local, subflow.Remote, subflow.InterfaceIndex, SocketExtensions.Info | SocketExtensions.Subflow)
            is { Info: { } info, Subflow: not null } socket)
        {
            Note(socket.Cookie, info, time);
        }
    }

    public void EndRound()
    {
        lock (_guard)
        {
            foreach (var (id, figures) in _figures)
            {
                if (_round - figures.Round > 1)
                    _figures.Remove(id);
            }

            // A dictionary grows by doubling, which would leave much room empty.
            if (_figures.Capacity > (_figures.Count * 5 / 4) + 64)
                _figures.TrimExcess();
        }
    }

    /// <summary>Finds a subflow's figures; null when there are none.</summary>
    public SubflowSample? Find(ulong id)
    {
        lock (_guard)
            return _figures.TryGetValue(id, out var figures) ? figures.ToSample() : null;
    }

    // As the kernel has them: the room counts, with very many.
    private readonly struct Figures(uint round, long ticks, TcpInfo info)
    {
        private const uint Unmeasured = uint.MaxValue;

        public readonly uint Round = round;
        private readonly long _ticks = ticks;
        private readonly ulong _bytesSent = info.BytesSent ?? 0;
        private readonly ulong _bytesRetransmitted = info.BytesRetransmitted ?? 0;
        private readonly ulong _bytesAcknowledged = info.BytesAcknowledged ?? 0;
        private readonly ulong _bytesReceived = info.BytesReceived ?? 0;
        private readonly uint _segmentsSent = info.SegmentsSent ?? 0;
        private readonly uint _segmentsReceived = info.SegmentsReceived ?? 0;
        private readonly uint _roundTripMicroseconds = (uint)info.RoundTripTime.TotalMicroseconds;
        private readonly uint _minimumRoundTripMicroseconds = (uint?)info.MinimumRoundTripTime?.TotalMicroseconds ?? Unmeasured;
        private readonly uint _congestionWindow = info.CongestionWindow;

        public SubflowSample ToSample() => new(new DateTimeOffset(_ticks, TimeSpan.Zero))
        {
            BytesSent = _bytesSent,
            BytesRetransmitted = _bytesRetransmitted,
            BytesAcknowledged = _bytesAcknowledged,
            BytesReceived = _bytesReceived,
            SegmentsSent = _segmentsSent,
            SegmentsReceived = _segmentsReceived,
            RoundTripTime = TimeSpan.FromMicroseconds(_roundTripMicroseconds),
            MinimumRoundTripTime =
                _minimumRoundTripMicroseconds == Unmeasured ? null : TimeSpan.FromMicroseconds(_minimumRoundTripMicroseconds),
            CongestionWindow = _congestionWindow,
        };
    }
}
