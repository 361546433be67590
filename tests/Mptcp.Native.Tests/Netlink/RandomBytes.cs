using CsCheck;

namespace Mptcp.Native.Tests.Netlink;

/// <summary>Bytes that have no sense at all, and bytes that nearly have.</summary>
internal static class RandomBytes
{
    /// <summary>Bytes of any kind, and captured ones of which some are changed, or the end is cut off.</summary>
    public static Gen<byte[]> Like(params byte[][] captured) => Gen.OneOf(
        Gen.Byte.Array[0, 120],
        Gen.Select(Gen.OneOf<byte[]>(captured), Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 6], Gen.Int[0, 400], Spoil));

    private static byte[] Spoil(byte[] captured, (int Index, byte Value)[] changes, int length)
    {
        byte[] bytes = [.. captured];
        foreach (var (index, value) in changes)
            bytes[index % bytes.Length] = value;
        return length < bytes.Length ? bytes[..length] : bytes;
    }
}
