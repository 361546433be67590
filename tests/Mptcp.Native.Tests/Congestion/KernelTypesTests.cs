using System.Buffers.Binary;
using Mptcp.Native.Congestion.Programs;

namespace Mptcp.Native.Tests.Congestion;

/// <summary>Functions found in descriptions of a kernel's types.</summary>
public sealed class KernelTypesTests
{
    // Behind each kind stands what belongs to it, which must be passed over: else no type behind it is found.
    private static readonly byte[] Small =
    [
        0x9f, 0xeb, 0x01, 0x00, // magic, version, flags
        24, 0, 0, 0, // length of the header
        0, 0, 0, 0, // types begin behind it
        188, 0, 0, 0, // length of the types
        188, 0, 0, 0, // strings begin behind them
        28, 0, 0, 0, // length of the strings
        0, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 32, 0, 0, 0, // 1: INT, 4 bytes of encoding
        0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, // 2: ARRAY
        1, 0, 0, 0, 2, 0, 0, 0x84, 4, 0, 0, 0, // 3: STRUCT of two members, with the flag of bit fields
        0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0,
        0, 0, 0, 0, 1, 0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 4: ENUM of one value
        0, 0, 0, 0, 1, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, // 5: FUNC_PROTO of one parameter
        0, 0, 0, 0, 1, 0, 0, 15, 4, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, // 6: DATASEC of one variable
        0, 0, 0, 0, 1, 0, 0, 19, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 7: ENUM64 of one value
        14, 0, 0, 0, 0, 0, 0, 12, 5, 0, 0, 0, // 8: FUNC bpf_iter_tcp6
        1, 0, 0, 0, 0, 0, 0, 12, 5, 0, 0, 0, // 9: FUNC bpf_iter_tcp
        0, .. "bpf_iter_tcp\0"u8, .. "bpf_iter_tcp6\0"u8,
    ];

    [Fact]
    public void A_function_is_found_by_its_whole_name_behind_types_of_every_length()
        => Assert.Equal(9u, KernelTypes.FindFunction(Small, "bpf_iter_tcp"));

    [Fact]
    public void What_has_the_name_and_is_no_function_is_not_found()
    {
        var renamed = Small.ToArray();
        // The structure has it as well.
        BinaryPrimitives.WriteInt32LittleEndian(renamed.AsSpan(24 + 176), 0);
        Assert.Null(KernelTypes.FindFunction(renamed, "bpf_iter_tcp"));
    }

    [Fact]
    public void What_is_cut_or_is_something_else_is_refused()
    {
        Assert.Throws<FormatException>(() => KernelTypes.FindFunction([], "bpf_iter_tcp"));
        Assert.Throws<FormatException>(() => KernelTypes.FindFunction(new byte[64], "bpf_iter_tcp"));
        Assert.Throws<FormatException>(() => KernelTypes.FindFunction(Small.AsSpan(0, 100), "bpf_iter_tcp"));
        var unknown = Small.ToArray();
        unknown[24 + 7] = 20;
        Assert.Throws<FormatException>(() => KernelTypes.FindFunction(unknown, "bpf_iter_tcp"));
    }
}
