using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using static Mptcp.ControlPlane.Cli.Commands.SocketWords;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The state of TCP in the words of <c>ss(8)</c>.</summary>
static class TcpWords
{
    // What a host has before it has measured anything, and what the kernel takes for the usual.
    const double InitialTimeout = 3000;
    const uint UsualReordering = 3;

    public static IEnumerable<string> Of(SocketInfo socket, TcpInfo info) => socket.State == SocketState.Listening
        // Two fields hold the queue of a listener, of which ss tells the one.
        ? [.. Congestion(socket), .. Named("cwnd", info.CongestionWindow), .. Named("unacked", info.Unacknowledged)]
        :
        [
            .. Options(info),
            .. Congestion(socket),
            .. Windows(info),
            .. Traffic(info),
            .. Details(socket),
            .. Rates(info),
            .. Losses(info),
            .. Reception(info),
        ];

    static IEnumerable<string> Options(TcpInfo info)
    {
        (TcpOption Option, string Word)[] words =
        [
            (TcpOption.Timestamps, "ts"),
            (TcpOption.MicrosecondTimestamps, "usec_ts"),
            (TcpOption.SelectiveAcknowledgements, "sack"),
            (TcpOption.Ecn, "ecn"),
            (TcpOption.EcnSeen, "ecnseen"),
            (TcpOption.SynData, "fastopen"),
        ];
        return words.Where(word => info.Options.Contains(word.Option)).Select(word => word.Word);
    }

    static IEnumerable<string> Windows(TcpInfo info) =>
    [
        .. info.Options.Contains(TcpOption.WindowScaling)
            ? [string.Create(CultureInfo.InvariantCulture, $"wscale:{info.SendWindowScale},{info.ReceiveWindowScale}")]
            : Array.Empty<string>(),
        .. In(info.RetransmissionTimeout) == InitialTimeout ? [] : Named("rto", info.RetransmissionTimeout),
        .. Named("backoff", info.Backoff),
        .. In(info.RoundTripTime) == 0 ? [] : Named("rtt", info.RoundTripTime).Select(word => $"{word}/{Short(In(info.RoundTripTimeVariation))}"),
        .. Named("ato", info.AcknowledgementTimeout),
        .. Named("mss", info.SendSegmentSize),
        .. Named("pmtu", info.PathMtu),
        .. Named("rcvmss", info.ReceiveSegmentSize),
        .. Named("advmss", info.AdvertisedSegmentSize),
        .. Named("cwnd", info.CongestionWindow),
        .. Named("ssthresh", info.SlowStartThreshold),
    ];

    static IEnumerable<string> Traffic(TcpInfo info) =>
    [
        .. Named("bytes_sent", info.BytesSent),
        .. Named("bytes_retrans", info.BytesRetransmitted),
        .. Named("bytes_acked", info.BytesAcknowledged),
        .. Named("bytes_received", info.BytesReceived),
        .. Named("segs_out", info.SegmentsSent),
        .. Named("segs_in", info.SegmentsReceived),
        .. Named("data_segs_out", info.DataSegmentsSent),
        .. Named("data_segs_in", info.DataSegmentsReceived),
    ];

    static IEnumerable<string> Details(SocketInfo socket)
    {
        if (socket.Dctcp is { Enabled: true } dctcp)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"dctcp:(ce_state:{dctcp.CongestionState},alpha:{dctcp.Alpha},ab_ecn:{dctcp.MarkedBytes},ab_tot:{dctcp.TotalBytes})");
        }
        else if (socket.Dctcp is not null)
        {
            yield return "dctcp:fallback_mode";
        }

        if (socket.Bbr is { } bbr)
        {
            var gains = (bbr.PacingGain != 0 ? ",pacing_gain:" + Short(bbr.PacingGain) : "")
                + (bbr.CongestionWindowGain != 0 ? ",cwnd_gain:" + Short(bbr.CongestionWindowGain) : "");
            yield return $"bbr:(bw:{BitsPerSecond(bbr.Bandwidth)},mrtt:{Short(In(bbr.MinimumRoundTripTime))}{gains})";
        }

        // ss takes these for rtt and minrtt.
        if (socket.Vegas is { Enabled: true } vegas)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"vegas:(rttcnt:{vegas.SampleCount},rtt:{Short(In(vegas.RoundTripTime))},minrtt:{Short(In(vegas.MinimumRoundTripTime))})");
        }
    }

    static IEnumerable<string> Rates(TcpInfo info) =>
    [
        .. In(info.RoundTripTime) == 0
            ? []
            : Rate("send", info.CongestionWindow * info.SendSegmentSize / In(info.RoundTripTime) * 1000),
        .. NamedWhole("lastsnd", info.SinceDataSent),
        .. NamedWhole("lastrcv", info.SinceDataReceived),
        .. NamedWhole("lastack", info.SinceAcknowledgement),
        .. PacingRate(info),
        .. Rate("delivery_rate", info.DeliveryRate),
        .. Named("delivered", info.Delivered),
        .. Named("delivered_ce", info.DeliveredMarked),
        .. info.DeliveryRateApplicationLimited ? ["app_limited"] : Array.Empty<string>(),
        .. NamedWhole("busy", info.BusyTime).Select(word => word + "ms"),
        .. Limited("rwnd_limited", info.ReceiveWindowLimited, info.BusyTime),
        .. Limited("sndbuf_limited", info.SendBufferLimited, info.BusyTime),
    ];

    static IEnumerable<string> Losses(TcpInfo info) =>
    [
        .. Named("unacked", info.Unacknowledged),
        .. info.Retransmitting == 0 && info.TotalRetransmissions == 0
            ? Array.Empty<string>()
            : [string.Create(CultureInfo.InvariantCulture, $"retrans:{info.Retransmitting}/{info.TotalRetransmissions}")],
        .. Named("lost", info.Lost),
        .. Named("sacked", info.SelectivelyAcknowledged),
        .. Named("dsack_dups", info.DuplicatesReported),
        .. Named("fackets", info.ForwardAcknowledged),
        .. info.Reordering == UsualReordering ? [] : Named("reordering", info.Reordering),
        .. Named("reord_seen", info.ReorderingsSeen),
    ];

    static IEnumerable<string> Reception(TcpInfo info) =>
    [
        .. Named("rcv_rtt", info.ReceiveRoundTripTime),
        .. Named("rcv_space", info.ReceiveSpace),
        .. Named("rcv_ssthresh", info.ReceiveSlowStartThreshold),
        .. Named("notsent", info.NotSent),
        .. Named("minrtt", info.MinimumRoundTripTime),
        .. Named("rcv_ooopack", info.ReceivedOutOfOrder),
        .. Named("snd_wnd", info.SendWindow),
        .. Named("rcv_wnd", info.ReceiveWindow),
        .. Named("rehash", info.Rehashes),
    ];

    static IEnumerable<string> Limited(string name, Duration? time, Duration? busy) =>
        NamedWhole(name, time).Select(word => string.Create(CultureInfo.InvariantCulture, $"{word}ms({100 * In(time) / In(busy):0.0}%)"));

    static IEnumerable<string> PacingRate(TcpInfo info)
    {
        if (!info.HasPacingRate && !info.HasMaximumPacingRate)
            return [];
        var limit = info.HasMaximumPacingRate ? "/" + BitsPerSecond(info.MaximumPacingRate) : "";
        return ["pacing_rate", BitsPerSecond(info.PacingRate) + limit];
    }

    static IEnumerable<string> Rate(string name, double bytesPerSecond) =>
        bytesPerSecond == 0 ? [] : [name, BitsPerSecond(bytesPerSecond)];

    static string BitsPerSecond(double bytesPerSecond) => (bytesPerSecond * 8) switch
    {
        > 1e12 and var bits => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e12:0.0}Tbps"),
        > 1e9 and var bits => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e9:0.0}Gbps"),
        > 1e6 and var bits => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e6:0.0}Mbps"),
        > 1e3 and var bits => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e3:0.0}kbps"),
        var bits => string.Create(CultureInfo.InvariantCulture, $"{bits:0}bps"),
    };

    // In milliseconds.
    static double In(Duration? time) => time?.ToTimeSpan().TotalMilliseconds ?? 0;
}
