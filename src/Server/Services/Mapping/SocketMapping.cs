using Google.Protobuf.WellKnownTypes;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>What sock_diag shows, as answers show it. Thousands of sockets may go through here for one call.</summary>
internal static partial class SocketMapping
{
    /// <summary>The state of an MPTCP connection.</summary>
    public static Proto.MptcpInfo ToProto(MptcpInfo info)
    {
        var message = new Proto.MptcpInfo
        {
            AdditionalSubflows = info.AdditionalSubflows,
            AddressesSignaled = info.AddressesSignaled,
            AddressesAccepted = info.AddressesAccepted,
            SubflowsMaximum = info.SubflowsMaximum,
            AddressesSignaledMaximum = info.AddressesSignaledMaximum,
            AddressesAcceptedMaximum = info.AddressesAcceptedMaximum,
            Fallback = info.HasFallenBack,
            RemoteKeyReceived = (info.Flags & MptcpInfoFlags.RemoteKeyReceived) != 0,
            Token = info.Token,
            WriteSequence = info.WriteSequence,
            SendUnacknowledged = info.SendUnacknowledged,
            ReceiveNext = info.ReceiveNext,
            SinceDataSent = ToDuration(info.SinceDataSent),
            SinceDataReceived = ToDuration(info.SinceDataReceived),
            SinceAcknowledgement = ToDuration(info.SinceAcknowledgement),
        };
        // What a kernel does not tell must not be set: a 0 would be taken for a count.
        if (info.LocalAddressesUsed is { } localAddressesUsed)
            message.LocalAddressesUsed = localAddressesUsed;
        if (info.LocalAddressesMaximum is { } localAddressesMaximum)
            message.LocalAddressesMaximum = localAddressesMaximum;
        if (info.ChecksumEnabled is { } checksumEnabled)
            message.ChecksumEnabled = checksumEnabled;
        if (info.Retransmissions is { } retransmissions)
            message.Retransmissions = retransmissions;
        if (info.BytesRetransmitted is { } bytesRetransmitted)
            message.BytesRetransmitted = bytesRetransmitted;
        if (info.BytesSent is { } bytesSent)
            message.BytesSent = bytesSent;
        if (info.BytesReceived is { } bytesReceived)
            message.BytesReceived = bytesReceived;
        if (info.BytesAcknowledged is { } bytesAcknowledged)
            message.BytesAcknowledged = bytesAcknowledged;
        if (info.SubflowsTotal is { } subflowsTotal)
            message.SubflowsTotal = subflowsTotal;
        if (info.LaminarEndpointsMaximum is { } laminarEndpointsMaximum)
            message.LaminarEndpointsMaximum = laminarEndpointsMaximum;
        return message;
    }

    /// <summary>The state of a socket, which the contract numbers as the kernel does; UNSPECIFIED for one newer than this program.</summary>
    public static Proto.SocketState ToProto(SocketState state)
        => state is >= SocketState.Established and <= SocketState.Closing ? (Proto.SocketState)state : Proto.SocketState.Unspecified;

    private static Duration? ToDuration(TimeSpan? time) => time is { } known ? Duration.FromTimeSpan(known) : null;
}
