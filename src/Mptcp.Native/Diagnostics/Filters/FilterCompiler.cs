using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Mptcp.Native.Interop.SocketDiagnosticsHeaders;

namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>
/// Compiles filters to INET_DIAG_REQ_BYTECODE. The machine (<c>inet_diag_bc_run</c> of <c>net/ipv4/inet_diag.c</c>) knows conditions that go on
/// behind themselves when they hold and jump forward when they do not. To run to the very end is to match; to jump one instruction beyond it is
/// not to match.
/// </summary>
/// <remarks>
/// An instruction is <c>struct inet_diag_bc_op</c> (code, "yes" of 8 bits, "no" of 16 bits: both distances from its own start) and what it
/// compares with. The kernel's auditor takes a "yes" to be an instruction's length, and a "no" only where an instruction starts, or at the end.
/// A program fits into an attribute, and any jump inside it into 16 bits.
/// </remarks>
internal sealed class FilterCompiler
{
    /// <summary>What fits into an attribute behind its header, in whole words.</summary>
    public const int MaximumLength = (ushort.MaxValue - 4) & ~3;

    private const int HeaderLength = 4; // sizeof(struct inet_diag_bc_op)
    private const int HostLength = 8; // sizeof(struct inet_diag_hostcond), without its address

    private readonly List<byte> _program = [];
    private readonly List<(int Instruction, Label Target)> _jumps = [];

    private FilterCompiler()
    {
    }

    /// <summary>Compiles a filter.</summary>
    /// <exception cref="SocketFilterException">It becomes longer than an attribute of netlink can be.</exception>
    public static byte[] Compile(SocketFilter filter)
    {
        var compiler = new FilterCompiler();
        var reject = new Label();
        compiler.Emit(filter, negate: false, reject);
        reject.Position = compiler._program.Count + HeaderLength;
        return compiler.Link();
    }

    /// <summary>Writes what goes on behind itself when the filter holds (or does not, when negated) and jumps otherwise.</summary>
    private void Emit(SocketFilter filter, bool negate, Label otherwise)
    {
        switch (filter)
        {
            case NotFilter not: Emit(not.Filter, !negate, otherwise); break;
            case AllFilter all when !negate: EmitAll(all.Filters.AsSpan(), negate, otherwise); break;
            case AnyFilter any when negate: EmitAll(any.Filters.AsSpan(), negate, otherwise); break;
            case AllFilter all: EmitAny(all.Filters.AsSpan(), negate, otherwise); break;
            case AnyFilter any: EmitAny(any.Filters.AsSpan(), negate, otherwise); break;
            case var condition when !negate: EmitCondition(condition, otherwise); break;
            case var condition:
                var holdsNot = new Label();
                EmitCondition(condition, holdsNot);
                EmitJump(otherwise);
                Place(holdsNot);
                break;
        }
    }

    private void EmitAll(ReadOnlySpan<SocketFilter> filters, bool negate, Label otherwise)
    {
        // The kernel refuses a program without an instruction.
        if (filters.IsEmpty)
            Instruction(INET_DIAG_BC_NOP, 0);
        foreach (var filter in filters)
            Emit(filter, negate, otherwise);
    }

    private void EmitAny(ReadOnlySpan<SocketFilter> filters, bool negate, Label otherwise)
    {
        if (filters.IsEmpty)
        {
            EmitJump(otherwise);
            return;
        }

        var end = new Label();
        foreach (var filter in filters[..^1])
        {
            var next = new Label();
            Emit(filter, negate, next);
            EmitJump(end);
            Place(next);
        }

        Emit(filters[^1], negate, otherwise);
        Place(end);
    }

    private void EmitCondition(SocketFilter condition, Label otherwise)
    {
        switch (condition)
        {
            case PortFilter port: EmitPorts(port, otherwise); break;
            case AddressFilter address: EmitNetwork(address, otherwise); break;
            case InterfaceFilter { Index: var index }:
                BinaryPrimitives.WriteInt32LittleEndian(Condition(INET_DIAG_BC_DEV_COND, 4, otherwise), index);
                break;
            case MarkFilter mark:
                var operands = Condition(INET_DIAG_BC_MARK_COND, 8, otherwise);
                BinaryPrimitives.WriteUInt32LittleEndian(operands, mark.Value);
                BinaryPrimitives.WriteUInt32LittleEndian(operands[4..], mark.Mask);
                break;
            case CgroupFilter { Id: var id }:
                BinaryPrimitives.WriteUInt64LittleEndian(Condition(INET_DIAG_BC_CGROUP_COND, 8, otherwise), id);
                break;
            case AutomaticPortFilter: Condition(INET_DIAG_BC_AUTO, 0, otherwise); break;
            default: throw new NotSupportedException($"{condition} has no instruction");
        }
    }

    // One port is a host without an address: unlike INET_DIAG_BC_S_EQ, every kernel knows it.
    private void EmitPorts(PortFilter filter, Label otherwise)
    {
        var local = filter.End == SocketEnd.Local;
        if (filter.First == filter.Last)
        {
            Host(filter.End, AF_UNSPEC, 0, otherwise, filter.First);
            return;
        }

        Port(local ? INET_DIAG_BC_S_GE : INET_DIAG_BC_D_GE, filter.First, otherwise);
        Port(local ? INET_DIAG_BC_S_LE : INET_DIAG_BC_D_LE, filter.Last, otherwise);
    }

    private void EmitNetwork(AddressFilter filter, Label otherwise)
    {
        var (address, prefix) = (filter.Network.BaseAddress, filter.Network.PrefixLength);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(Host(filter.End, AF_INET, prefix, otherwise), out _);
            return;
        }

        address.TryWriteBytes(Host(filter.End, AF_INET6, prefix, otherwise), out _);
        if (!HoldsMapped(filter.Network))
            return;

        // To the kernel a mapped address is of an IPv6 network too; it tells them apart by asking for any IPv4 address.
        var isNotMapped = new Label();
        Host(filter.End, AF_INET, 0, isNotMapped);
        EmitJump(otherwise);
        Place(isNotMapped);
    }

    // Not IPNetwork.Contains, which takes mapped addresses for members of any IPv6 network.
    private static bool HoldsMapped(IPNetwork network)
    {
        Span<byte> address = stackalloc byte[16];
        network.BaseAddress.TryWriteBytes(address, out _);
        var difference = BinaryPrimitives.ReadUInt128BigEndian(address) ^ ((UInt128)0xffff << 32);
        return network.PrefixLength == 0 || difference >> (128 - network.PrefixLength) == 0;
    }

    /// <summary>Writes a host condition.</summary>
    /// <returns>Where its address goes.</returns>
    private Span<byte> Host(SocketEnd end, byte family, int prefix, Label otherwise, int port = -1)
    {
        var addressLength = family switch { AF_UNSPEC => 0, AF_INET => 4, _ => 16 };
        var host = Condition(end == SocketEnd.Local ? INET_DIAG_BC_S_COND : INET_DIAG_BC_D_COND, HostLength + addressLength, otherwise);
        host[0] = family;
        host[1] = (byte)prefix;
        BinaryPrimitives.WriteInt32LittleEndian(host[4..], port);
        return host[HostLength..];
    }

    // The port stands where a second instruction would have its "no".
    private void Port(byte code, ushort port, Label otherwise)
        => BinaryPrimitives.WriteUInt16LittleEndian(Condition(code, HeaderLength, otherwise)[2..], port);

    private void EmitJump(Label target) => Condition(INET_DIAG_BC_JMP, 0, target);

    private Span<byte> Condition(byte code, int operandLength, Label otherwise)
    {
        _jumps.Add((_program.Count, otherwise));
        return Instruction(code, operandLength);
    }

    /// <summary>Writes an instruction.</summary>
    /// <returns>Where its operands go.</returns>
    private Span<byte> Instruction(byte code, int operandLength)
    {
        var (start, length) = (_program.Count, HeaderLength + operandLength);
        if (start + length > MaximumLength)
            throw new SocketFilterException($"the filter becomes longer than the {MaximumLength} bytes that the kernel can be sent");
        CollectionsMarshal.SetCount(_program, start + length);
        var instruction = CollectionsMarshal.AsSpan(_program)[start..];
        instruction.Clear();
        instruction[0] = code;
        instruction[1] = (byte)length;
        return instruction[HeaderLength..];
    }

    private void Place(Label label) => label.Position = _program.Count;

    private byte[] Link()
    {
        var program = _program.ToArray();
        foreach (var (instruction, target) in _jumps)
            BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(instruction + 2), (ushort)(target.Position - instruction));
        return program;
    }

    private sealed class Label
    {
        public int Position { get; set; }
    }
}
