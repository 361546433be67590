using Mptcp.Native.Diagnostics.Information;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>What the kernel counts of a connection or a subflow; null is what it does not count.</summary>
internal readonly record struct TrafficCounters(
    ulong? BytesSent, ulong? BytesReceived, ulong? BytesAcknowledged, ulong? BytesRetransmitted, uint? Retransmissions)
{
    public static TrafficCounters Of(MptcpInfo? info) => info is null
        ? default
        : new(info.BytesSent, info.BytesReceived, info.BytesAcknowledged, info.BytesRetransmitted, info.Retransmissions);

    public static TrafficCounters Of(TcpInfo? info) => info is null
        ? default
        : new(info.BytesSent, info.BytesReceived, info.BytesAcknowledged, info.BytesRetransmitted, info.TotalRetransmissions);

    /// <summary>What was counted since earlier.</summary>
    /// <returns>Null when counting began anew meanwhile, as it does when an application disconnects a socket and uses it again.</returns>
    public Proto.TrafficDelta? Since(TrafficCounters earlier)
    {
        var delta = new Proto.TrafficDelta();
        if (BytesSent is { } sent && earlier.BytesSent is { } sentBefore)
        {
            if (sent < sentBefore)
                return null;
            delta.BytesSent = sent - sentBefore;
        }

        if (BytesReceived is { } received && earlier.BytesReceived is { } receivedBefore)
        {
            if (received < receivedBefore)
                return null;
            delta.BytesReceived = received - receivedBefore;
        }

        if (BytesAcknowledged is { } acknowledged && earlier.BytesAcknowledged is { } acknowledgedBefore)
        {
            if (acknowledged < acknowledgedBefore)
                return null;
            delta.BytesAcknowledged = acknowledged - acknowledgedBefore;
        }

        if (BytesRetransmitted is { } retransmitted && earlier.BytesRetransmitted is { } retransmittedBefore)
        {
            if (retransmitted < retransmittedBefore)
                return null;
            delta.BytesRetransmitted = retransmitted - retransmittedBefore;
        }

        if (Retransmissions is { } retransmissions && earlier.Retransmissions is { } retransmissionsBefore)
        {
            // It has 32 bits and begins again at 0 after the last of them; no interval sees half of that.
            var difference = unchecked(retransmissions - retransmissionsBefore);
            if (difference > int.MaxValue)
                return null;
            delta.Retransmissions = difference;
        }

        return delta;
    }

    /// <summary>What was counted, per second.</summary>
    public static Proto.TrafficRates? Rates(Proto.TrafficDelta? delta, TimeSpan elapsed)
    {
        if (delta is null)
            return null;
        var seconds = elapsed.TotalSeconds;
        var rates = new Proto.TrafficRates();
        if (delta.HasBytesSent)
            rates.BytesSent = delta.BytesSent / seconds;
        if (delta.HasBytesReceived)
            rates.BytesReceived = delta.BytesReceived / seconds;
        if (delta.HasBytesAcknowledged)
            rates.BytesAcknowledged = delta.BytesAcknowledged / seconds;
        if (delta.HasBytesRetransmitted)
            rates.BytesRetransmitted = delta.BytesRetransmitted / seconds;
        return rates;
    }
}
