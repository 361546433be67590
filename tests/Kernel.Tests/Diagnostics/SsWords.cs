using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>
/// What iproute2's ss says of a socket, made of what the daemon says of it. What only a newer ss than that of the tests says, stands apart.
/// </summary>
/// <param name="Words">What any ss says, and only that.</param>
/// <param name="Newer">What a newer ss also says.</param>
sealed record SsWords(IReadOnlyList<string> Words, IReadOnlyList<string> Newer)
{
    public static SsWords Of(SocketInfo socket) => new(
        [.. Common(socket), .. Tcp(socket), .. Subflow(socket), .. Mptcp(socket.MptcpInfo)],
        [.. NewerTcp(socket.TcpInfo), .. NewerMptcp(socket.MptcpInfo)]);

    static IEnumerable<string> Common(SocketInfo socket) =>
    [
        .. socket.Timer == SocketTimer.Unspecified ? Array.Empty<string>() : [$"timer:({TimerName(socket.Timer)},_,{socket.TimerRetries})"],
        .. Named("uid", socket.Uid),
        $"ino:{socket.Inode}",
        $"sk:{socket.Cookie:x}",
        .. Named("v6only", socket.HasIpv6Only ? socket.Ipv6Only ? 1u : 0 : null, zero: true),
        .. Shutdown(socket.Shutdown),
        .. socket.Mark == 0 ? Array.Empty<string>() : [$"fwmark:0x{socket.Mark:x}"],
        .. socket.Buffers is { } use
            ? [$"skmem:(r{use.Receive},rb{use.ReceiveLimit},t{use.Transmit},tb{use.SendLimit},f{use.Forward},w{use.WriteQueued},o{use.Options},"
                + $"bl{use.Backlog},d{use.Drops})"]
            : Array.Empty<string>(),
    ];

    static IEnumerable<string> Shutdown(ShutdownDirections directions) => directions switch
    {
        ShutdownDirections.Unspecified => [],
        ShutdownDirections.None => ["<->"],
        ShutdownDirections.Receive => ["-->"],
        ShutdownDirections.Send => ["<--"],
        _ => ["---"],
    };

    static string TimerName(SocketTimer timer) => timer switch
    {
        SocketTimer.Retransmission => "on",
        SocketTimer.KeepAlive => "keepalive",
        SocketTimer.TimeWait => "timewait",
        SocketTimer.ZeroWindowProbe => "persist",
        _ => "unknown",
    };

    static IEnumerable<string> Tcp(SocketInfo socket)
    {
        if (socket.TcpInfo is not { } info)
            return [];
        // Of a listener two fields hold the queue, of which ss tells the one.
        if (socket.State == SocketState.Listening)
            return [socket.CongestionControl, .. Named("cwnd", info.CongestionWindow), .. Named("unacked", info.Unacknowledged)];
        var (rtt, variation) = (Milliseconds(info.RoundTripTime), Milliseconds(info.RoundTripTimeVariation));
        return
        [
            .. Option(info, TcpOption.Timestamps, "ts"),
            .. Option(info, TcpOption.SelectiveAcknowledgements, "sack"),
            .. Option(info, TcpOption.Ecn, "ecn"),
            .. Option(info, TcpOption.EcnSeen, "ecnseen"),
            .. Option(info, TcpOption.SynData, "fastopen"),
            socket.CongestionControl,
            .. Option(info, TcpOption.WindowScaling, $"wscale:{info.SendWindowScale},{info.ReceiveWindowScale}"),
            .. Named("rto", info.RetransmissionTimeout),
            .. Named("backoff", info.Backoff),
            .. rtt == 0 ? Array.Empty<string>() : [$"rtt:{Text(rtt)}/{Text(variation)}"],
            .. Named("ato", info.AcknowledgementTimeout),
            .. Named("mss", info.SendSegmentSize),
            .. Named("pmtu", info.PathMtu),
            .. Named("rcvmss", info.ReceiveSegmentSize),
            .. Named("advmss", info.AdvertisedSegmentSize),
            .. Named("cwnd", info.CongestionWindow),
            .. Named("ssthresh", info.SlowStartThreshold),
            .. Named("bytes_sent", info.BytesSent),
            .. Named("bytes_retrans", info.BytesRetransmitted),
            .. Named("bytes_acked", info.BytesAcknowledged),
            .. Named("bytes_received", info.BytesReceived),
            .. Named("segs_out", info.SegmentsSent),
            .. Named("segs_in", info.SegmentsReceived),
            .. Named("data_segs_out", info.DataSegmentsSent),
            .. Named("data_segs_in", info.DataSegmentsReceived),
            .. Bbr(socket.Bbr),
            .. rtt == 0
                ? Array.Empty<string>()
                : ["send", string.Create(CultureInfo.InvariantCulture, $"{info.CongestionWindow * (double)info.SendSegmentSize * 8000 / rtt:0}bps")],
            .. Rate("pacing_rate", info.PacingRate, info.HasMaximumPacingRate ? $"/{info.MaximumPacingRate * 8}bps" : ""),
            .. Rate("delivery_rate", info.DeliveryRate),
            .. Named("delivered", info.Delivered),
            .. Named("delivered_ce", info.DeliveredMarked),
            .. info.DeliveryRateApplicationLimited ? ["app_limited"] : Array.Empty<string>(),
            .. Whole("busy", info.BusyTime, "ms"),
            .. Limited("rwnd_limited", info.ReceiveWindowLimited, info.BusyTime),
            .. Limited("sndbuf_limited", info.SendBufferLimited, info.BusyTime),
            .. Named("unacked", info.Unacknowledged),
            .. info.Retransmitting + info.TotalRetransmissions == 0
                ? Array.Empty<string>()
                : [$"retrans:{info.Retransmitting}/{info.TotalRetransmissions}"],
            .. Named("lost", info.Lost),
            .. Named("sacked", info.SelectivelyAcknowledged),
            .. Named("dsack_dups", info.DuplicatesReported),
            .. Named("fackets", info.ForwardAcknowledged),
            .. info.Reordering == 3 ? [] : Named("reordering", info.Reordering),
            .. Named("reord_seen", info.ReorderingsSeen),
            .. Named("rcv_rtt", info.ReceiveRoundTripTime),
            .. Named("rcv_space", info.ReceiveSpace),
            .. Named("rcv_ssthresh", info.ReceiveSlowStartThreshold),
            .. Named("notsent", info.NotSent),
            .. Named("minrtt", info.MinimumRoundTripTime),
            .. Named("rcv_ooopack", info.ReceivedOutOfOrder),
            .. Named("snd_wnd", info.SendWindow),
        ];
    }

    static IEnumerable<string> NewerTcp(TcpInfo? info) => info is null
        ? []
        : [.. Named("rcv_wnd", info.ReceiveWindow), .. Named("rehash", info.Rehashes), .. Option(info, TcpOption.MicrosecondTimestamps, "usec_ts")];

    static IEnumerable<string> Bbr(BbrInfo? bbr) => bbr is null
        ? []
        : [$"bbr:(bw:{bbr.Bandwidth * 8}bps,mrtt:{Text(Milliseconds(bbr.MinimumRoundTripTime))}"
            + $"{(bbr.PacingGain == 0 ? "" : ",pacing_gain:" + Text(bbr.PacingGain))}"
            + $"{(bbr.CongestionWindowGain == 0 ? "" : ",cwnd_gain:" + Text(bbr.CongestionWindowGain))})"];

    static IEnumerable<string> Subflow(SocketInfo socket)
    {
        if (socket.UpperLayer.Length > 0)
            yield return "tcp-ulp-" + socket.UpperLayer;
        if (socket.Subflow is not { } subflow)
            yield break;
        yield return "flags:" + string.Concat(subflow.Flags.Order().Select(flag => "MmJjBbecv"[(int)flag - 1]));
        yield return $"token:{subflow.RemoteToken:x4}(id:{subflow.RemoteId})/{subflow.LocalToken:x4}(id:{subflow.LocalId})";
        yield return $"seq:{subflow.MapSequence:x}";
        yield return $"sfseq:{subflow.MapSubflowSequence:x}";
        yield return $"ssnoff:{subflow.SequenceOffset:x}";
        yield return $"maplen:{subflow.MapLength:x}";
    }

    static IEnumerable<string> Mptcp(MptcpInfo? info) => info is null
        ? []
        :
        [
            .. Named("subflows", info.AdditionalSubflows),
            .. Named("add_addr_signal", info.AddressesSignaled),
            .. Named("add_addr_accepted", info.AddressesAccepted),
            .. Named("subflows_max", info.SubflowsMaximum),
            .. Named("add_addr_signal_max", info.AddressesSignaledMaximum),
            .. Named("add_addr_accepted_max", info.AddressesAcceptedMaximum),
            .. info.Fallback ? ["fallback"] : Array.Empty<string>(),
            .. info.RemoteKeyReceived ? ["remote_key"] : Array.Empty<string>(),
            .. info.Token == 0 ? Array.Empty<string>() : [$"token:{info.Token:x}"],
            .. info.WriteSequence == 0 ? Array.Empty<string>() : [$"write_seq:{info.WriteSequence:x}"],
            .. info.SendUnacknowledged == 0 ? Array.Empty<string>() : [$"snd_una:{info.SendUnacknowledged:x}"],
            .. info.ReceiveNext == 0 ? Array.Empty<string>() : [$"rcv_nxt:{info.ReceiveNext:x}"],
        ];

    static IEnumerable<string> NewerMptcp(MptcpInfo? info) => info is null
        ? []
        :
        [
            .. Named("local_addr_used", info.LocalAddressesUsed),
            .. Named("local_addr_max", info.LocalAddressesMaximum),
            .. info.ChecksumEnabled ? ["csum_enabled:1"] : Array.Empty<string>(),
            .. Named("retransmits", info.Retransmissions),
            .. Named("bytes_retrans", info.BytesRetransmitted),
            .. Named("bytes_sent", info.BytesSent),
            .. Named("bytes_received", info.BytesReceived),
            .. Named("bytes_acked", info.BytesAcknowledged),
            .. Named("subflows_total", info.SubflowsTotal),
        ];

    // ss leaves out what is 0, but for what it tells whenever the kernel does.
    static IEnumerable<string> Named(string name, ulong? number, bool zero = false) =>
        number is null || (number == 0 && !zero) ? [] : [$"{name}:{number}"];

    static IEnumerable<string> Named(string name, Duration? time) => Milliseconds(time) == 0 ? [] : [$"{name}:{Text(Milliseconds(time))}"];

    static IEnumerable<string> Whole(string name, Duration? time, string unit) =>
        (long)Milliseconds(time) is var whole && whole == 0 ? [] : [$"{name}:{whole}{unit}"];

    static IEnumerable<string> Limited(string name, Duration? time, Duration? busy) => Whole(name, time, "ms")
        .Select(word => string.Create(CultureInfo.InvariantCulture, $"{word}({100 * Milliseconds(time) / Milliseconds(busy):0.0}%)"));

    static IEnumerable<string> Option(TcpInfo info, TcpOption option, string word) => info.Options.Contains(option) ? [word] : [];

    static IEnumerable<string> Rate(string name, ulong bytesPerSecond, string limit = "") =>
        bytesPerSecond == 0 && limit.Length == 0 ? [] : [name, $"{bytesPerSecond * 8}bps{limit}"];

    static double Milliseconds(Duration? time) => time?.ToTimeSpan().TotalMilliseconds ?? 0;

    static string Text(double number) => number.ToString("G6", CultureInfo.InvariantCulture);
}
