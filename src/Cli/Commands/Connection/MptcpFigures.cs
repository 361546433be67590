using System.Globalization;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The kernel's figures of a connection, under the names that <c>ss -Mi</c> has for them; like it, nothing is said of what is 0.</summary>
static class MptcpFigures
{
    public static IEnumerable<(string Name, string Text)> Of(MptcpInfo info) => new (string Name, string Text)[]
    {
        ("subflows", FigureText.Of(info.AdditionalSubflows)),
        ("subflows_max", FigureText.Of(info.SubflowsMaximum)),
        ("subflows_total", FigureText.Of(info.SubflowsTotal)),
        ("add_addr_signal", FigureText.Of(info.AddressesSignaled)),
        ("add_addr_signal_max", FigureText.Of(info.AddressesSignaledMaximum)),
        ("add_addr_accepted", FigureText.Of(info.AddressesAccepted)),
        ("add_addr_accepted_max", FigureText.Of(info.AddressesAcceptedMaximum)),
        ("local_addr_used", FigureText.Of(info.LocalAddressesUsed)),
        ("local_addr_max", FigureText.Of(info.LocalAddressesMaximum)),
        ("endp_laminar_max", FigureText.Of(info.LaminarEndpointsMaximum)),
        ("flags", string.Join(' ', Flags(info))),
        ("write_seq", Sequence(info.WriteSequence)),
        ("snd_una", Sequence(info.SendUnacknowledged)),
        ("rcv_nxt", Sequence(info.ReceiveNext)),
        ("retransmits", FigureText.Of(info.Retransmissions)),
        ("bytes_sent", FigureText.Of(info.BytesSent)),
        ("bytes_retrans", FigureText.Of(info.BytesRetransmitted)),
        ("bytes_acked", FigureText.Of(info.BytesAcknowledged)),
        ("bytes_received", FigureText.Of(info.BytesReceived)),
        ("last_data_sent", FigureText.Ago(info.SinceDataSent)),
        ("last_data_recv", FigureText.Ago(info.SinceDataReceived)),
        ("last_ack_recv", FigureText.Ago(info.SinceAcknowledgement)),
    }.Where(figure => figure.Text.Length > 0);

    static IEnumerable<string> Flags(MptcpInfo info)
    {
        if (info.Fallback)
            yield return "fallback";
        if (info.RemoteKeyReceived)
            yield return "remote_key";
        if (info.ChecksumEnabled)
            yield return "csum_enabled";
    }

    static string Sequence(ulong number) => number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{number:x16}");
}
