using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>Reads MEMINFO and SKMEMINFO.</summary>
internal static class MemoryCodec
{
    public static MemoryUse ReadMemory(ReadOnlySpan<byte> bytes)
    {
        var fields = new StructureReader(bytes, "inet_diag_meminfo");
        return new MemoryUse(fields.ReadUInt32(), fields.ReadUInt32(), fields.ReadUInt32(), fields.ReadUInt32());
    }

    public static BufferUse ReadBuffers(ReadOnlySpan<byte> bytes)
    {
        var fields = new StructureReader(bytes, "sk_meminfo");
        return new BufferUse(
            fields.ReadUInt32(), fields.ReadUInt32(), fields.ReadUInt32(), fields.ReadUInt32(), fields.ReadUInt32(), fields.ReadUInt32(),
            fields.ReadUInt32())
        {
            Backlog = fields.TryReadUInt32(),
            Drops = fields.TryReadUInt32(),
        };
    }
}
