using System.Buffers.Binary;
using static Mptcp.Native.Interop.BpfHeaders;

namespace Mptcp.Native.Congestion.Programs;

/// <summary>The types that a kernel describes (BTF, <c>Documentation/bpf/btf.rst</c>).</summary>
internal static class KernelTypes
{
    /// <summary>Where the running kernel describes its own.</summary>
    public const string Path = "/sys/kernel/btf/vmlinux";

    /// <summary>Finds a function.</summary>
    /// <param name="types">The description.</param>
    /// <param name="name">The function's name.</param>
    /// <returns>Its number; null where the kernel has no such function.</returns>
    /// <exception cref="FormatException">It is no description, or one of a form that is not known.</exception>
    public static uint? FindFunction(ReadOnlySpan<byte> types, string name)
    {
        if (types.Length < BTF_HEADER_LENGTH || BinaryPrimitives.ReadUInt16LittleEndian(types) != BTF_MAGIC)
            throw new FormatException("the kernel's description of its types does not begin as one");
        // struct btf_header; what it names is counted from its end.
        var header = Read(types, 4);
        var at = header + Read(types, 8);
        var end = at + Read(types, 12);
        var strings = header + Read(types, 16);
        if (header < BTF_HEADER_LENGTH || at < header || end < at || end > types.Length || strings < header || strings > types.Length)
            throw new FormatException("the kernel's description of its types is cut");
        Span<byte> wanted = stackalloc byte[name.Length + 1];
        System.Text.Encoding.ASCII.GetBytes(name, wanted);
        wanted[^1] = 0;

        for (uint number = 1; at + BTF_TYPE_LENGTH <= end; number++)
        {
            // struct btf_type
            var nameOffset = Read(types, at);
            var info = (uint)Read(types, at + 4);
            var kind = (int)(info >> 24 & 0x1f);
            if (kind == BTF_KIND_FUNC && nameOffset >= 0 && nameOffset <= types.Length - strings && types[(strings + nameOffset)..].StartsWith(wanted))
                return number;
            at += BTF_TYPE_LENGTH + LengthBehind(kind, (int)(info & 0xffff));
        }

        return null;
    }

    // What follows a type, by its kind and the number of its members.
    private static int LengthBehind(int kind, int members) => kind switch
    {
        BTF_KIND_INT or BTF_KIND_VAR or BTF_KIND_DECL_TAG => 4,
        BTF_KIND_ARRAY => 12,
        BTF_KIND_STRUCT or BTF_KIND_UNION or BTF_KIND_DATASEC or BTF_KIND_ENUM64 => 12 * members,
        BTF_KIND_ENUM or BTF_KIND_FUNC_PROTO => 8 * members,
        > BTF_KIND_ENUM64 => throw new FormatException($"the kernel describes types of a kind that is not known ({kind})"),
        _ => 0,
    };

    private static int Read(ReadOnlySpan<byte> types, int offset) => BinaryPrimitives.ReadInt32LittleEndian(types[offset..]);
}
