using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The kernel's figures of a subflow, under the names that <c>ss -ti</c> has for them; like it, nothing is said of what is 0.</summary>
static class TcpFigures
{
    static readonly (TcpOption Option, string Word)[] Options =
    [
        (TcpOption.Timestamps, "ts"),
        (TcpOption.MicrosecondTimestamps, "usec_ts"),
        (TcpOption.SelectiveAcknowledgements, "sack"),
        (TcpOption.Ecn, "ecn"),
        (TcpOption.EcnSeen, "ecnseen"),
        (TcpOption.SynData, "fastopen"),
    ];

    /// <summary>Each with its name, in the order in which they are shown.</summary>
    public static IReadOnlyList<(string Name, Func<TcpInfo, string> Text)> All { get; } =
    [
        ("tcp", info => info.State == SocketState.Established ? "" : EnumText.Format(info.State)),
        ("options", info => string.Join(' ', Options.Where(option => info.Options.Contains(option.Option)).Select(option => option.Word))),
        ("wscale", info => info.Options.Contains(TcpOption.WindowScaling)
            ? string.Create(CultureInfo.InvariantCulture, $"{info.SendWindowScale},{info.ReceiveWindowScale}")
            : ""),
        ("rtt", info => FigureText.Of(info.RoundTripTime)),
        ("rttvar", info => FigureText.Of(info.RoundTripTimeVariation)),
        ("minrtt", info => FigureText.Of(info.MinimumRoundTripTime)),
        ("rcv_rtt", info => FigureText.Of(info.ReceiveRoundTripTime)),
        ("rto", info => FigureText.Of(info.RetransmissionTimeout)),
        ("ato", info => FigureText.Of(info.AcknowledgementTimeout)),
        ("backoff", info => FigureText.Of(info.Backoff)),
        ("mss", info => FigureText.Of(info.SendSegmentSize)),
        ("rcvmss", info => FigureText.Of(info.ReceiveSegmentSize)),
        ("advmss", info => FigureText.Of(info.AdvertisedSegmentSize)),
        ("pmtu", info => FigureText.Of(info.PathMtu)),
        ("cwnd", info => FigureText.Of(info.CongestionWindow)),
        ("ssthresh", info => FigureText.Of(info.SlowStartThreshold)),
        ("ca_state", info => info.CongestionState <= CongestionState.Open ? "" : EnumText.Format(info.CongestionState)),
        ("send", info => FigureText.Rate(SendRate(info))),
        ("pacing_rate", info => FigureText.Rate(info.PacingRate)),
        ("max_pacing_rate", info => FigureText.Rate(info.MaximumPacingRate)),
        ("delivery_rate", info => FigureText.Rate(info.DeliveryRate)),
        ("app_limited", info => info.DeliveryRateApplicationLimited && info.DeliveryRate != 0 ? "yes" : ""),
        ("bytes_sent", info => FigureText.Of(info.BytesSent)),
        ("bytes_retrans", info => FigureText.Of(info.BytesRetransmitted)),
        ("bytes_acked", info => FigureText.Of(info.BytesAcknowledged)),
        ("bytes_received", info => FigureText.Of(info.BytesReceived)),
        ("segs_out", info => FigureText.Of(info.SegmentsSent)),
        ("segs_in", info => FigureText.Of(info.SegmentsReceived)),
        ("data_segs_out", info => FigureText.Of(info.DataSegmentsSent)),
        ("data_segs_in", info => FigureText.Of(info.DataSegmentsReceived)),
        ("delivered", info => FigureText.Of(info.Delivered)),
        ("delivered_ce", info => FigureText.Of(info.DeliveredMarked)),
        ("unacked", info => FigureText.Of(info.Unacknowledged)),
        ("retrans", info => info.Retransmitting == 0 && info.TotalRetransmissions == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{info.Retransmitting}/{info.TotalRetransmissions}")),
        ("lost", info => FigureText.Of(info.Lost)),
        ("sacked", info => FigureText.Of(info.SelectivelyAcknowledged)),
        ("dsack_dups", info => FigureText.Of(info.DuplicatesReported)),
        ("reordering", info => FigureText.Of(info.Reordering)),
        ("reord_seen", info => FigureText.Of(info.ReorderingsSeen)),
        ("rcv_ooopack", info => FigureText.Of(info.ReceivedOutOfOrder)),
        ("notsent", info => FigureText.Of(info.NotSent)),
        ("snd_wnd", info => FigureText.Of(info.SendWindow)),
        ("rcv_wnd", info => FigureText.Of(info.ReceiveWindow)),
        ("rcv_space", info => FigureText.Of(info.ReceiveSpace)),
        ("rcv_ssthresh", info => FigureText.Of(info.ReceiveSlowStartThreshold)),
        ("busy", info => FigureText.Of(info.BusyTime)),
        ("rwnd_limited", info => FigureText.Of(info.ReceiveWindowLimited)),
        ("sndbuf_limited", info => FigureText.Of(info.SendBufferLimited)),
        ("rehash", info => FigureText.Of(info.Rehashes)),
        ("timeouts", info => FigureText.Of(info.Timeouts)),
        ("lastsnd", info => FigureText.Ago(info.SinceDataSent)),
        ("lastrcv", info => FigureText.Ago(info.SinceDataReceived)),
        ("lastack", info => FigureText.Ago(info.SinceAcknowledgement)),
    ];

    // What the window lets out in one round trip.
    static double SendRate(TcpInfo info) => info.RoundTripTime is { } time && time.ToTimeSpan() is { Ticks: > 0 } roundTrip
        ? (double)info.CongestionWindow * info.SendSegmentSize / roundTrip.TotalSeconds
        : 0;
}
