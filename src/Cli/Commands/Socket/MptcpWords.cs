using System.Globalization;
using Mptcp.Control.V1;
using static Mptcp.ControlPlane.Cli.Commands.SocketWords;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The state of Multipath TCP in the words of <c>ss(8)</c>.</summary>
static class MptcpWords
{
    public static IEnumerable<string> Of(MptcpInfo info) =>
    [
        .. Named("subflows", info.AdditionalSubflows),
        .. Named("add_addr_signal", info.AddressesSignaled),
        .. Named("add_addr_accepted", info.AddressesAccepted),
        .. Named("subflows_max", info.SubflowsMaximum),
        .. Named("add_addr_signal_max", info.AddressesSignaledMaximum),
        .. Named("add_addr_accepted_max", info.AddressesAcceptedMaximum),
        .. info.Fallback ? ["fallback"] : Array.Empty<string>(),
        .. info.RemoteKeyReceived ? ["remote_key"] : Array.Empty<string>(),
        .. NamedHexadecimal("token", info.Token),
        .. NamedHexadecimal("write_seq", info.WriteSequence),
        .. NamedHexadecimal("snd_una", info.SendUnacknowledged),
        .. NamedHexadecimal("rcv_nxt", info.ReceiveNext),
        .. Named("local_addr_used", info.LocalAddressesUsed),
        .. Named("local_addr_max", info.LocalAddressesMaximum),
        .. Named("csum_enabled", info.ChecksumEnabled ? 1ul : 0),
        .. Named("retransmits", info.Retransmissions),
        .. Named("bytes_retrans", info.BytesRetransmitted),
        .. Named("bytes_sent", info.BytesSent),
        .. Named("bytes_received", info.BytesReceived),
        .. Named("bytes_acked", info.BytesAcknowledged),
        .. Named("subflows_total", info.SubflowsTotal),
        .. NamedWhole("last_data_sent", info.SinceDataSent),
        .. NamedWhole("last_data_recv", info.SinceDataReceived),
        .. NamedWhole("last_ack_recv", info.SinceAcknowledgement),
    ];

    public static IEnumerable<string> Of(SubflowInfo subflow)
    {
        // In the order of the kernel's bits, from 1 on.
        const string Letters = "MmJjBbecv";
        var flags = subflow.Flags
            .Where(flag => flag > SubflowFlag.Unspecified && (int)flag <= Letters.Length)
            .Order()
            .Select(flag => Letters[(int)flag - 1]);
        yield return "flags:" + string.Concat(flags);
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"token:{subflow.RemoteToken:x4}(id:{subflow.RemoteId})/{subflow.LocalToken:x4}(id:{subflow.LocalId})");
        if (!subflow.HasMapSequence)
            yield break;
        yield return string.Create(CultureInfo.InvariantCulture, $"seq:{subflow.MapSequence:x}");
        yield return string.Create(CultureInfo.InvariantCulture, $"sfseq:{subflow.MapSubflowSequence:x}");
        yield return string.Create(CultureInfo.InvariantCulture, $"ssnoff:{subflow.SequenceOffset:x}");
        yield return string.Create(CultureInfo.InvariantCulture, $"maplen:{subflow.MapLength:x}");
    }
}
