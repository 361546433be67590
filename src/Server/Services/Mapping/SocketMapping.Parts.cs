using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

internal static partial class SocketMapping
{
    /// <summary>A TCP socket's part in its connection.</summary>
    public static Proto.SubflowInfo ToProto(SubflowInfo subflow)
    {
        var message = new Proto.SubflowInfo
        {
            LocalToken = subflow.LocalToken,
            LocalId = subflow.LocalId,
            RemoteId = subflow.RemoteId,
            RemoteToken = subflow.RemoteToken,
        };
        AddFlags(message.Flags, subflow.Flags);
        if (subflow.RelativeWriteSequence is { } relativeWriteSequence)
            message.RelativeWriteSequence = relativeWriteSequence;
        if (subflow.MapSequence is { } mapSequence)
            message.MapSequence = mapSequence;
        if (subflow.MapSubflowSequence is { } mapSubflowSequence)
            message.MapSubflowSequence = mapSubflowSequence;
        if (subflow.SequenceOffset is { } sequenceOffset)
            message.SequenceOffset = sequenceOffset;
        if (subflow.MapLength is { } mapLength)
            message.MapLength = mapLength;
        return message;
    }

    public static Proto.MemoryUse? ToProto(MemoryUse? memory) => memory is null ? null : new Proto.MemoryUse
    {
        Receive = memory.Receive,
        WriteQueued = memory.WriteQueued,
        Forward = memory.Forward,
        Transmit = memory.Transmit,
    };

    public static Proto.BufferUse? ToProto(BufferUse? buffers)
    {
        if (buffers is null)
            return null;
        var message = new Proto.BufferUse
        {
            Receive = buffers.Receive,
            ReceiveLimit = buffers.ReceiveLimit,
            Transmit = buffers.Transmit,
            SendLimit = buffers.SendLimit,
            Forward = buffers.Forward,
            WriteQueued = buffers.WriteQueued,
            Options = buffers.Options,
        };
        if (buffers.Backlog is { } backlog)
            message.Backlog = backlog;
        if (buffers.Drops is { } drops)
            message.Drops = drops;
        return message;
    }

    public static Proto.VegasInfo? ToProto(VegasInfo? vegas) => vegas is null ? null : new Proto.VegasInfo
    {
        Enabled = vegas.Enabled,
        SampleCount = vegas.SampleCount,
        RoundTripTime = Duration.FromTimeSpan(vegas.RoundTripTime),
        MinimumRoundTripTime = Duration.FromTimeSpan(vegas.MinimumRoundTripTime),
    };

    public static Proto.BbrInfo? ToProto(BbrInfo? bbr) => bbr is null ? null : new Proto.BbrInfo
    {
        Bandwidth = bbr.Bandwidth,
        MinimumRoundTripTime = ToDuration(bbr.MinimumRoundTripTime),
        PacingGain = bbr.PacingGain,
        CongestionWindowGain = bbr.CongestionWindowGain,
    };

    public static Proto.DctcpInfo? ToProto(DctcpInfo? dctcp) => dctcp is null ? null : new Proto.DctcpInfo
    {
        Enabled = dctcp.Enabled,
        CongestionState = dctcp.CongestionState,
        Alpha = dctcp.Alpha,
        MarkedBytes = dctcp.MarkedBytes,
        TotalBytes = dctcp.TotalBytes,
    };

    /// <summary>What a timer runs for; UNSPECIFIED also for what is newer than this program.</summary>
    public static Proto.SocketTimer ToProto(SocketTimer timer)
        => timer <= SocketTimer.ZeroWindowProbe ? (Proto.SocketTimer)timer : Proto.SocketTimer.Unspecified;

    /// <summary>Which directions are shut down; UNSPECIFIED where the kernel does not tell.</summary>
    public static Proto.ShutdownDirections ToProto(ShutdownDirections? shutdown) => shutdown switch
    {
        null => Proto.ShutdownDirections.Unspecified,
        ShutdownDirections.None => Proto.ShutdownDirections.None,
        ShutdownDirections.Receive => Proto.ShutdownDirections.Receive,
        ShutdownDirections.Send => Proto.ShutdownDirections.Send,
        _ => Proto.ShutdownDirections.Both,
    };

    // The contract numbers flags as the kernel's bits, from 1 on.
    private static void AddFlags(RepeatedField<Proto.SubflowFlag> message, SubflowFlags flags)
    {
        for (var flag = Proto.SubflowFlag.RemoteCapable; flag <= Proto.SubflowFlag.MappingValid; flag++)
        {
            if (((int)flags & 1 << (int)flag - 1) != 0)
                message.Add(flag);
        }
    }
}
