using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>Reads <c>struct mptcp_info</c>, field after field. Its first 40 bytes are as old as the structure.</summary>
internal static class MptcpInfoCodec
{
    public static MptcpInfo Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new StructureReader(WithoutPadding(bytes), "mptcp_info");
        // The initialisers run in the order in which they stand here, which is the structure's.
        return new MptcpInfo
        {
            AdditionalSubflows = fields.ReadByte(),
            AddressesSignaled = fields.ReadByte(),
            AddressesAccepted = fields.ReadByte(),
            SubflowsMaximum = fields.ReadByte(),
            AddressesSignaledMaximum = fields.ReadByte(),
            AddressesAcceptedMaximum = fields.ReadByte(),
            Flags = (MptcpInfoFlags)fields.ReadUInt32(padding: 2),
            Token = fields.ReadUInt32(),
            WriteSequence = fields.ReadUInt64(),
            SendUnacknowledged = fields.ReadUInt64(),
            ReceiveNext = fields.ReadUInt64(),
            LocalAddressesUsed = fields.TryReadByte(),
            LocalAddressesMaximum = fields.TryReadByte(),
            ChecksumEnabled = fields.TryReadByte() is { } enabled ? enabled != 0 : null,
            Retransmissions = fields.TryReadUInt32(padding: 1),
            BytesRetransmitted = fields.TryReadUInt64(),
            BytesSent = fields.TryReadUInt64(),
            BytesReceived = fields.TryReadUInt64(),
            BytesAcknowledged = fields.TryReadUInt64(),
            SubflowsTotal = fields.TryReadByte(),
            LaminarEndpointsMaximum = fields.TryReadByte(),
            SinceDataSent = fields.TryReadMilliseconds(padding: 2),
            SinceDataReceived = fields.TryReadMilliseconds(),
            SinceAcknowledgement = fields.TryReadMilliseconds(),
        };
    }

    // Later kernels put fields where earlier ones pad: what these lengths hold there is no value.
    private static ReadOnlySpan<byte> WithoutPadding(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        48 => bytes[..43], // Linux 5.12 to 6.4
        88 => bytes[..81], // Linux 6.7 to 6.9
        _ => bytes,
    };
}
