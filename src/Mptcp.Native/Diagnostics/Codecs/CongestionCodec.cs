using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>Reads what congestion control algorithms tell of themselves (<c>union tcp_cc_info</c>).</summary>
internal static class CongestionCodec
{
    private const double GainUnit = 256; // BBR_UNIT of net/ipv4/tcp_bbr.c

    public static VegasInfo ReadVegas(ReadOnlySpan<byte> bytes)
    {
        var fields = new StructureReader(bytes, "tcpvegas_info");
        return new VegasInfo(fields.ReadUInt32() != 0, fields.ReadUInt32(), fields.ReadMicroseconds(), fields.ReadMicroseconds());
    }

    public static DctcpInfo ReadDctcp(ReadOnlySpan<byte> bytes)
    {
        var fields = new StructureReader(bytes, "tcp_dctcp_info");
        return new DctcpInfo(fields.ReadUInt16() != 0, fields.ReadUInt16(), fields.ReadUInt32(), fields.ReadUInt32(), fields.ReadUInt32());
    }

    public static BbrInfo ReadBbr(ReadOnlySpan<byte> bytes)
    {
        var fields = new StructureReader(bytes, "tcp_bbr_info");
        return new BbrInfo(
            fields.ReadUInt32() | (ulong)fields.ReadUInt32() << 32, // two halves, lower first
            fields.ReadUInt32() is var microseconds and not uint.MaxValue ? TimeSpan.FromMicroseconds(microseconds) : null,
            fields.ReadUInt32() / GainUnit,
            fields.ReadUInt32() / GainUnit);
    }
}
