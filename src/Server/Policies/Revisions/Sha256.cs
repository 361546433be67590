using System.Buffers.Binary;
using System.Numerics;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>SHA-256 (FIPS 180-4). .NET's own is OpenSSL's, which the daemon needs for nothing else and a host may lack.</summary>
internal static class Sha256
{
    private const int BlockLength = 64;

    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static readonly uint[] RoundConstants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>The hash of some bytes, in lower-case hexadecimal.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        // The first 32 bits of the fractional parts of the square roots of the first 8 primes.
        Span<uint> hash = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        var whole = content.Length / BlockLength * BlockLength;
        for (var at = 0; at < whole; at += BlockLength)
            Add(content.Slice(at, BlockLength), hash);

        // What is left, a one bit, zeros, and the length in bits.
        Span<byte> end = stackalloc byte[2 * BlockLength];
        end.Clear();
        var rest = content[whole..];
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        end = end[..(rest.Length + 9 > BlockLength ? 2 * BlockLength : BlockLength)];
        BinaryPrimitives.WriteUInt64BigEndian(end[^8..], (ulong)content.Length * 8);
        for (var at = 0; at < end.Length; at += BlockLength)
            Add(end.Slice(at, BlockLength), hash);

        Span<byte> bytes = stackalloc byte[hash.Length * sizeof(uint)];
        for (var i = 0; i < hash.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(i * sizeof(uint))..], hash[i]);
        return Convert.ToHexStringLower(bytes);
    }

    private static void Add(ReadOnlySpan<byte> block, Span<uint> hash)
    {
        Span<uint> words = stackalloc uint[RoundConstants.Length];
        for (var i = 0; i < words.Length; i++)
            words[i] = i < 16 ? BinaryPrimitives.ReadUInt32BigEndian(block[(i * sizeof(uint))..]) : Extend(words, i);

        Span<uint> v = stackalloc uint[hash.Length];
        hash.CopyTo(v);
        for (var i = 0; i < words.Length; i++)
        {
            var first = BitOperations.RotateRight(v[4], 6) ^ BitOperations.RotateRight(v[4], 11) ^ BitOperations.RotateRight(v[4], 25);
            var choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
            var one = unchecked(v[7] + first + choice + RoundConstants[i] + words[i]);
            var second = BitOperations.RotateRight(v[0], 2) ^ BitOperations.RotateRight(v[0], 13) ^ BitOperations.RotateRight(v[0], 22);
            var majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v[..^1].CopyTo(v[1..]);
            v[4] = unchecked(v[4] + one);
            v[0] = unchecked(one + second + majority);
        }

        for (var i = 0; i < hash.Length; i++)
            hash[i] = unchecked(hash[i] + v[i]);
    }

    private static uint Extend(ReadOnlySpan<uint> words, int i)
    {
        var (early, late) = (words[i - 15], words[i - 2]);
        var first = BitOperations.RotateRight(early, 7) ^ BitOperations.RotateRight(early, 18) ^ (early >> 3);
        var second = BitOperations.RotateRight(late, 17) ^ BitOperations.RotateRight(late, 19) ^ (late >> 10);
        return unchecked(words[i - 16] + first + words[i - 7] + second);
    }
}
