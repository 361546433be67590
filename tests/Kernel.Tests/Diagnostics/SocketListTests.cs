using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using MptcpInfo = Mptcp.Native.Diagnostics.Information.MptcpInfo;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>Sockets are listed as ss lists them.</summary>
public class SocketListTests
{
    static readonly SocketQuery Everything = new() { States = SocketStates.All, Extensions = SocketExtensions.All };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task TCP_sockets_are_what_ss_says()
    {
        await using var mixed = await MixedSockets.CreateAsync();
        foreach (var host in mixed.Hosts)
        {
            var lines = await SsLine.ListAsync(host.Host, "--tcp", "--all");
            var sockets = host.Diagnostics.ListTcpSockets(Everything);

            Assert.Equal(lines.Select(line => line.Cookie).Order(), sockets.Select(socket => socket.Cookie).Order());
            foreach (var socket in sockets)
                lines.Single(line => line.Cookie == socket.Cookie).Says([.. Common(socket), .. Tcp(socket), .. Subflow(socket)]);
        }
    }

    [LabFact]
    public async Task MPTCP_sockets_are_what_ss_says()
    {
        await using var mixed = await MixedSockets.CreateAsync();
        foreach (var host in mixed.Hosts)
        {
            var lines = await SsLine.ListAsync(host.Host, "--mptcp", "--all");
            var sockets = host.Diagnostics.ListMptcpSockets(Everything);

            Assert.Equal(lines.Select(line => line.Cookie).Order(), sockets.Select(socket => socket.Cookie).Order());
            foreach (var socket in sockets)
                lines.Single(line => line.Cookie == socket.Cookie).Says([.. Common(socket), .. Mptcp(socket.Info!)]);
        }
    }

    [LabFact]
    public async Task A_connection_found_by_its_token_is_the_one_listed_with_all_that_was_asked_for()
    {
        await using var mixed = await MixedSockets.CreateAsync();
        foreach (var host in mixed.Hosts)
        {
            foreach (var listed in host.Diagnostics.ListMptcpSockets(new SocketQuery { Extensions = SocketExtensions.All }))
            {
                var found = host.Diagnostics.FindConnection(listed.Info!.Token, SocketExtensions.All)!;
                Assert.Equal(
                    (listed.Cookie, listed.Local, listed.Remote, listed.Buffers, listed.Info.WriteSequence),
                    (found.Cookie, found.Local, found.Remote, found.Buffers, found.Info!.WriteSequence));
            }
        }
    }

    [LabFact]
    public async Task Subflows_have_the_token_and_the_inode_of_their_connection()
    {
        await using var mixed = await MixedSockets.CreateAsync();
        foreach (var host in mixed.Hosts)
        {
            var connections = host.Diagnostics.ListMptcpSockets(
                new SocketQuery { Extensions = SocketExtensions.Info }, socket => (socket.Info!.Token, socket.Inode));
            var subflows = host.Diagnostics.ListTcpSockets(new SocketQuery { Extensions = SocketExtensions.Subflow })
                .Where(socket => socket.Subflow is not null)
                .ToList();

            Assert.Equal(connections.Order(), subflows.Select(socket => (socket.Subflow!.LocalToken, socket.Inode)).Distinct().Order());
            Assert.True(subflows.Count > connections.Count);
        }
    }

    static IEnumerable<string?> Common(InternetSocket socket) =>
    [
        State(socket.State),
        End(socket.Local, socket),
        End(socket.Remote, socket),
        Number(socket.ReceiveQueue),
        Number(socket.SendQueue),
        Named("ino", socket.Inode),
        Buffers(socket.Buffers!),
    ];

    static IEnumerable<string?> Tcp(TcpSocket socket)
    {
        var info = socket.Info!;
        // Of a listener the same fields hold the queue, and ss does not tell them.
        if (socket.State == SocketState.Listening)
            return [socket.CongestionControl, Named("cwnd", info.CongestionWindow)];
        return
        [
            socket.CongestionControl,
            info.Options.HasFlag(TcpOptions.Timestamps) ? "ts" : null,
            info.Options.HasFlag(TcpOptions.SelectiveAcknowledgements) ? "sack" : null,
            $"wscale:{info.SendWindowScale},{info.ReceiveWindowScale}",
            Named("rto", (ulong)info.RetransmissionTimeout.TotalMilliseconds),
            Named("ato", (ulong)info.AcknowledgementTimeout.TotalMilliseconds),
            string.Create(CultureInfo.InvariantCulture, $"rtt:{info.RoundTripTime.TotalMilliseconds:0.###}/{info.RoundTripTimeVariation.TotalMilliseconds:0.###}"),
            Named("mss", info.SendSegmentSize),
            Named("pmtu", info.PathMtu),
            Named("rcvmss", info.ReceiveSegmentSize),
            Named("advmss", info.AdvertisedSegmentSize),
            Named("cwnd", info.CongestionWindow),
            Named("ssthresh", info.SlowStartThreshold),
            Named("bytes_sent", info.BytesSent),
            Named("bytes_retrans", info.BytesRetransmitted),
            Named("bytes_acked", info.BytesAcknowledged),
            Named("bytes_received", info.BytesReceived),
            Named("segs_out", info.SegmentsSent),
            Named("segs_in", info.SegmentsReceived),
            Named("data_segs_out", info.DataSegmentsSent),
            Named("data_segs_in", info.DataSegmentsReceived),
            Named("delivered", info.Delivered),
            info.DeliveryRateApplicationLimited ? "app_limited" : null,
            Named("rcv_space", info.ReceiveSpace),
            Named("rcv_ssthresh", info.ReceiveSlowStartThreshold),
            string.Create(CultureInfo.InvariantCulture, $"minrtt:{info.MinimumRoundTripTime!.Value.TotalMilliseconds:0.###}"),
            Named("snd_wnd", info.SendWindow),
            Named("lost", info.Lost),
            Named("unacked", info.Unacknowledged),
            Named("reord_seen", info.ReorderingsSeen),
        ];
    }

    static IEnumerable<string?> Subflow(TcpSocket socket)
    {
        if (socket.Subflow is not { } subflow)
            return [socket.UpperLayer is null ? null : "tcp-ulp-" + socket.UpperLayer];
        const string Letters = "MmJjBbecv";
        var flags = Letters.Where((_, bit) => ((int)subflow.Flags & (1 << bit)) != 0).ToArray();
        return
        [
            "tcp-ulp-mptcp",
            "flags:" + new string(flags),
            $"token:{subflow.RemoteToken:x4}(id:{subflow.RemoteId})/{subflow.LocalToken:x4}(id:{subflow.LocalId})",
            $"seq:{subflow.MapSequence:x}",
            $"sfseq:{subflow.MapSubflowSequence:x}",
            $"ssnoff:{subflow.SequenceOffset:x}",
            $"maplen:{subflow.MapLength:x}",
        ];
    }

    static IEnumerable<string?> Mptcp(MptcpInfo info) =>
    [
        Named("subflows", info.AdditionalSubflows),
        Named("subflows_max", info.SubflowsMaximum),
        Named("add_addr_signal", info.AddressesSignaled),
        Named("add_addr_accepted", info.AddressesAccepted),
        Named("add_addr_signal_max", info.AddressesSignaledMaximum),
        Named("add_addr_accepted_max", info.AddressesAcceptedMaximum),
        info.Flags.HasFlag(MptcpInfoFlags.RemoteKeyReceived) ? "remote_key" : null,
        info.HasFallenBack ? "fallback" : null,
        info.Token == 0 ? null : $"token:{info.Token:x}",
        info.WriteSequence == 0 ? null : $"write_seq:{info.WriteSequence:x}",
        info.SendUnacknowledged == 0 ? null : $"snd_una:{info.SendUnacknowledged:x}",
        info.ReceiveNext == 0 ? null : $"rcv_nxt:{info.ReceiveNext:x}",
    ];

    static string State(SocketState state) => state switch
    {
        SocketState.Established => "ESTAB",
        SocketState.Listening => "LISTEN",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "the test makes no such socket"),
    };

    static string End(IPEndPoint end, InternetSocket socket)
    {
        var port = end.Port == 0 ? "*" : Number((uint)end.Port);
        if (end.Address.Equals(IPAddress.IPv6Any) && socket.IPv6Only == false)
            return $"*:{port}";
        if (end.AddressFamily == AddressFamily.InterNetworkV6)
            return $"[{end.Address}]:{port}";
        return socket.Family == AddressFamily.InterNetworkV6 ? $"[::ffff:{end.Address}]:{port}" : $"{end.Address}:{port}";
    }

    static string Buffers(BufferUse use) =>
        $"skmem:(r{use.Receive},rb{use.ReceiveLimit},t{use.Transmit},tb{use.SendLimit},f{use.Forward},w{use.WriteQueued},o{use.Options},"
        + $"bl{use.Backlog},d{use.Drops})";

    static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);

    // ss leaves out what is 0.
    static string? Named(string name, ulong? number)
        => number is null or 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{name}:{number}");
}
