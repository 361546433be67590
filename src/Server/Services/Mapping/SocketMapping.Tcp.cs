using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Native.Diagnostics.Information;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

internal static partial class SocketMapping
{
    /// <summary>The state of a TCP socket.</summary>
    public static Proto.TcpInfo ToProto(TcpInfo info)
    {
        var message = new Proto.TcpInfo
        {
            State = ToProto(info.State),
            CongestionState = ToProto(info.CongestionState),
            Retransmits = info.Retransmits,
            Probes = info.Probes,
            Backoff = info.Backoff,
            SendWindowScale = info.SendWindowScale,
            ReceiveWindowScale = info.ReceiveWindowScale,
            DeliveryRateApplicationLimited = info.DeliveryRateApplicationLimited,
            FastOpenFailure = info.FastOpenFailure,
            RetransmissionTimeout = Duration.FromTimeSpan(info.RetransmissionTimeout),
            AcknowledgementTimeout = Duration.FromTimeSpan(info.AcknowledgementTimeout),
            SendSegmentSize = info.SendSegmentSize,
            ReceiveSegmentSize = info.ReceiveSegmentSize,
            Unacknowledged = info.Unacknowledged,
            SelectivelyAcknowledged = info.SelectivelyAcknowledged,
            Lost = info.Lost,
            Retransmitting = info.Retransmitting,
            ForwardAcknowledged = info.ForwardAcknowledged,
            SinceDataSent = Duration.FromTimeSpan(info.SinceDataSent),
            SinceAcknowledgementSent = Duration.FromTimeSpan(info.SinceAcknowledgementSent),
            SinceDataReceived = Duration.FromTimeSpan(info.SinceDataReceived),
            SinceAcknowledgement = Duration.FromTimeSpan(info.SinceAcknowledgement),
            PathMtu = info.PathMtu,
            ReceiveSlowStartThreshold = info.ReceiveSlowStartThreshold,
            RoundTripTime = Duration.FromTimeSpan(info.RoundTripTime),
            RoundTripTimeVariation = Duration.FromTimeSpan(info.RoundTripTimeVariation),
            CongestionWindow = info.CongestionWindow,
            AdvertisedSegmentSize = info.AdvertisedSegmentSize,
            Reordering = info.Reordering,
            ReceiveRoundTripTime = Duration.FromTimeSpan(info.ReceiveRoundTripTime),
            ReceiveSpace = info.ReceiveSpace,
            TotalRetransmissions = info.TotalRetransmissions,
            MinimumRoundTripTime = ToDuration(info.MinimumRoundTripTime),
            BusyTime = ToDuration(info.BusyTime),
            ReceiveWindowLimited = ToDuration(info.ReceiveWindowLimited),
            SendBufferLimited = ToDuration(info.SendBufferLimited),
            TimeInTimeouts = ToDuration(info.TimeInTimeouts),
        };
        AddOptions(message.Options, info.Options);
        AddCounters(message, info);
        AddLaterCounters(message, info);
        return message;
    }

    /// <summary>How losses are judged; UNSPECIFIED for a state that is newer than this program.</summary>
    public static Proto.CongestionState ToProto(CongestionState state) => state switch
    {
        CongestionState.Open => Proto.CongestionState.Open,
        CongestionState.Disorder => Proto.CongestionState.Disorder,
        CongestionState.WindowReduced => Proto.CongestionState.WindowReduced,
        CongestionState.Recovery => Proto.CongestionState.Recovery,
        CongestionState.Loss => Proto.CongestionState.Loss,
        _ => Proto.CongestionState.Unspecified,
    };

    // The contract numbers options as the kernel's bits, from 1 on.
    private static void AddOptions(RepeatedField<Proto.TcpOption> message, TcpOptions options)
    {
        for (var option = Proto.TcpOption.Timestamps; option <= Proto.TcpOption.FastOpenChild; option++)
        {
            if (((int)options & 1 << (int)option - 1) != 0)
                message.Add(option);
        }
    }

    // What a kernel does not tell must not be set: a 0 would be taken for a count.
    private static void AddCounters(Proto.TcpInfo message, TcpInfo info)
    {
        if (info.SlowStartThreshold is { } slowStartThreshold)
            message.SlowStartThreshold = slowStartThreshold;
        if (info.PacingRate is { } pacingRate)
            message.PacingRate = pacingRate;
        if (info.MaximumPacingRate is { } maximumPacingRate)
            message.MaximumPacingRate = maximumPacingRate;
        if (info.BytesAcknowledged is { } bytesAcknowledged)
            message.BytesAcknowledged = bytesAcknowledged;
        if (info.BytesReceived is { } bytesReceived)
            message.BytesReceived = bytesReceived;
        if (info.SegmentsSent is { } segmentsSent)
            message.SegmentsSent = segmentsSent;
        if (info.SegmentsReceived is { } segmentsReceived)
            message.SegmentsReceived = segmentsReceived;
        if (info.NotSent is { } notSent)
            message.NotSent = notSent;
        if (info.DataSegmentsReceived is { } dataSegmentsReceived)
            message.DataSegmentsReceived = dataSegmentsReceived;
        if (info.DataSegmentsSent is { } dataSegmentsSent)
            message.DataSegmentsSent = dataSegmentsSent;
        if (info.DeliveryRate is { } deliveryRate)
            message.DeliveryRate = deliveryRate;
    }

    // From Linux 4.18 on.
    private static void AddLaterCounters(Proto.TcpInfo message, TcpInfo info)
    {
        if (info.Delivered is { } delivered)
            message.Delivered = delivered;
        if (info.DeliveredMarked is { } deliveredMarked)
            message.DeliveredMarked = deliveredMarked;
        if (info.BytesSent is { } bytesSent)
            message.BytesSent = bytesSent;
        if (info.BytesRetransmitted is { } bytesRetransmitted)
            message.BytesRetransmitted = bytesRetransmitted;
        if (info.DuplicatesReported is { } duplicatesReported)
            message.DuplicatesReported = duplicatesReported;
        if (info.ReorderingsSeen is { } reorderingsSeen)
            message.ReorderingsSeen = reorderingsSeen;
        if (info.ReceivedOutOfOrder is { } receivedOutOfOrder)
            message.ReceivedOutOfOrder = receivedOutOfOrder;
        if (info.SendWindow is { } sendWindow)
            message.SendWindow = sendWindow;
        if (info.ReceiveWindow is { } receiveWindow)
            message.ReceiveWindow = receiveWindow;
        if (info.Rehashes is { } rehashes)
            message.Rehashes = rehashes;
        if (info.Timeouts is { } timeouts)
            message.Timeouts = timeouts;
        if (info.TimeoutRecoveries is { } timeoutRecoveries)
            message.TimeoutRecoveries = timeoutRecoveries;
        if (info.ReceivedMarked is { } receivedMarked)
            message.ReceivedMarked = receivedMarked;
        if (info.DeliveredEct1Bytes is { } deliveredEct1Bytes)
            message.DeliveredEct1Bytes = deliveredEct1Bytes;
        if (info.DeliveredEct0Bytes is { } deliveredEct0Bytes)
            message.DeliveredEct0Bytes = deliveredEct0Bytes;
        if (info.DeliveredMarkedBytes is { } deliveredMarkedBytes)
            message.DeliveredMarkedBytes = deliveredMarkedBytes;
        if (info.ReceivedEct1Bytes is { } receivedEct1Bytes)
            message.ReceivedEct1Bytes = receivedEct1Bytes;
        if (info.ReceivedEct0Bytes is { } receivedEct0Bytes)
            message.ReceivedEct0Bytes = receivedEct0Bytes;
        if (info.ReceivedMarkedBytes is { } receivedMarkedBytes)
            message.ReceivedMarkedBytes = receivedMarkedBytes;
        if (info.AccurateEcnState is { } accurateEcnState)
            message.AccurateEcnState = accurateEcnState;
    }
}
