using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Native.Tests.Diagnostics.Filters;

/// <summary>The kernel's machine and its auditor (net/ipv4/inet_diag.c), as far as filters need them, told in other words.</summary>
internal static class BytecodeMachine
{
    private const int Header = 4;

    /// <summary>Whether the kernel takes a program.</summary>
    public static bool IsValid(ReadOnlySpan<byte> program)
    {
        if (program.Length < Header)
            return false;
        var starts = new HashSet<int> { program.Length };
        var position = 0;
        while (position < program.Length)
        {
            starts.Add(position);
            position += program[position + 1];
            if (program.Length - position is > 0 and < Header)
                return false;
        }

        if (position != program.Length)
            return false;
        for (position = 0; position < program.Length; position += program[position + 1])
        {
            var (code, yes, no) = Read(program[position..]);
            var left = program.Length - position;
            var least = LeastLength(program[position..]);
            if (least > left || yes < least || yes > left + Header || yes % 4 != 0)
                return false;
            if (code != 0 && (no < least || no > left + Header || no % 4 != 0 || (no < left && !starts.Contains(position + no))))
                return false;
        }

        return true;
    }

    /// <summary>Whether the kernel lists a socket.</summary>
    public static bool Matches(ReadOnlySpan<byte> program, FilteredSocket socket)
    {
        var position = 0;
        while (position < program.Length)
        {
            var (_, yes, no) = Read(program[position..]);
            position += Holds(program[position..], socket) ? yes : no;
        }

        return position == program.Length;
    }

    private static (byte Code, int Yes, int No) Read(ReadOnlySpan<byte> instruction)
        => (instruction[0], instruction[1], BinaryPrimitives.ReadUInt16LittleEndian(instruction[2..]));

    private static int LeastLength(ReadOnlySpan<byte> instruction) => instruction[0] switch
    {
        0 or 1 or 6 => Header,
        >= 2 and <= 5 or 9 => Header + 4,
        7 or 8 => HostLength(instruction),
        10 or 13 => Header + 8,
        _ => int.MaxValue,
    };

    private static int HostLength(ReadOnlySpan<byte> instruction)
    {
        if (instruction.Length < Header + 8)
            return int.MaxValue;
        int? address = instruction[4] switch { 0 => 0, 2 => 4, 10 => 16, _ => null };
        return address is { } length && instruction[5] <= length * 8 ? Header + 8 + length : int.MaxValue;
    }

    private static bool Holds(ReadOnlySpan<byte> instruction, FilteredSocket socket)
    {
        var operands = instruction[Header..];
        return instruction[0] switch
        {
            0 => true,
            1 => false,
            2 => socket.Local.Port >= BinaryPrimitives.ReadUInt16LittleEndian(operands[2..]),
            3 => socket.Local.Port <= BinaryPrimitives.ReadUInt16LittleEndian(operands[2..]),
            4 => socket.Remote.Port >= BinaryPrimitives.ReadUInt16LittleEndian(operands[2..]),
            5 => socket.Remote.Port <= BinaryPrimitives.ReadUInt16LittleEndian(operands[2..]),
            6 => socket.AutomaticPort,
            7 => HoldsHost(operands, socket.Local),
            8 => HoldsHost(operands, socket.Remote),
            9 => BinaryPrimitives.ReadInt32LittleEndian(operands) == socket.Interface,
            10 => (socket.Mark & BinaryPrimitives.ReadUInt32LittleEndian(operands[4..])) == BinaryPrimitives.ReadUInt32LittleEndian(operands),
            13 => BinaryPrimitives.ReadUInt64LittleEndian(operands) == socket.Cgroup,
            var code => throw new ArgumentException($"code {code}"),
        };
    }

    private static bool HoldsHost(ReadOnlySpan<byte> host, IPEndPoint end)
    {
        var port = BinaryPrimitives.ReadInt32LittleEndian(host[4..]);
        if (port != -1 && port != end.Port)
            return false;
        var (family, prefix) = (host[0], host[1]);
        var own = end.AddressFamily == AddressFamily.InterNetwork ? 2 : 10;
        ReadOnlySpan<byte> address = end.Address.GetAddressBytes();
        if (family != 0 && family != own)
        {
            return own == 10 && family == 2 && end.Address.IsIPv4MappedToIPv6 && SamePrefix(address[12..], host[8..], prefix);
        }

        return prefix == 0 || SamePrefix(address, host[8..], prefix);
    }

    private static bool SamePrefix(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int bits)
    {
        for (var bit = 0; bit < bits; bit++)
        {
            var mask = 0x80 >> (bit % 8);
            if ((left[bit / 8] & mask) != (right[bit / 8] & mask))
                return false;
        }

        return true;
    }
}
