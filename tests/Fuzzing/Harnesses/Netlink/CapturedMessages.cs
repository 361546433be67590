using System.Buffers.Binary;
using System.Reflection;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>Datagrams that kernels sent, as the tests have them; and how several of them are one input.</summary>
internal static class CapturedMessages
{
    /// <summary>The last words of every list and of every command that was carried out.</summary>
    private static readonly byte[] Done =
    [
        0x14, 0x00, 0x00, 0x00, 0x03, 0x00, 0x02, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // DONE, NLM_F_MULTI, sequence 1
        0x00, 0x00, 0x00, 0x00, // no error
    ];

    /// <summary>All datagrams of some files.</summary>
    public static byte[][] Of(params Type[] files) =>
    [
        .. files.SelectMany(file => file.GetProperties(BindingFlags.Public | BindingFlags.Static))
            .Where(property => property.PropertyType == typeof(byte[]))
            .Select(property => (byte[])property.GetValue(null)!),
    ];

    /// <summary>All datagrams of some files as inputs, each with the last words behind it.</summary>
    public static byte[][] Answers(params Type[] files) => [.. Of(files).Select(datagram => Input(datagram, Done))];

    /// <summary>Datagrams as one input: each behind its length.</summary>
    public static byte[] Input(params byte[][] datagrams)
    {
        var input = new List<byte>();
        foreach (var datagram in datagrams)
        {
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)datagram.Length);
            input.AddRange([.. length, .. datagram]);
        }

        return [.. input];
    }

    /// <summary>The next datagram of an input, which is all that is left where its length says more.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> datagram)
    {
        if (input.Length < 2)
        {
            datagram = default;
            return false;
        }

        var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(input), input.Length - 2);
        datagram = input.Slice(2, length);
        input = input[(2 + length)..];
        return true;
    }
}
