using System.Runtime.InteropServices;
using Mptcp.Native.Congestion.Programs;
using static Mptcp.Native.Congestion.Programs.Register;

namespace Mptcp.Native.Tests.Congestion;

/// <summary>Programs in bytes: code, registers (target in the low half), offset, number.</summary>
public sealed class AssemblerTests
{
    [Fact]
    public void Instructions_have_the_kernels_bytes()
    {
        var program = new Assembler()
            .Load(Kept1, Argument1, 8)
            .LoadWord(Argument1, Kept2, 4)
            .Store(Frame, -8, Result)
            .StoreWord(Kept2, 36, Result)
            .StoreWord(Kept2, 4, 1)
            .Move(Argument2, Frame)
            .Move(Argument3, 1002)
            .Add(Argument2, -8)
            .And(Argument1, 4)
            .LoadMap(Argument1, 5)
            .Call(49)
            .Exit();

        Assert.Equal(
            new byte[]
            {
                0x79, 0x16, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, // r6 = *(u64 *)(r1 + 8)
                0x61, 0x71, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // r1 = *(u32 *)(r7 + 4)
                0x7b, 0x0a, 0xf8, 0xff, 0x00, 0x00, 0x00, 0x00, // *(u64 *)(r10 - 8) = r0
                0x63, 0x07, 0x24, 0x00, 0x00, 0x00, 0x00, 0x00, // *(u32 *)(r7 + 36) = r0
                0x62, 0x07, 0x04, 0x00, 0x01, 0x00, 0x00, 0x00, // *(u32 *)(r7 + 4) = 1
                0xbf, 0xa2, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // r2 = r10
                0xb7, 0x03, 0x00, 0x00, 0xea, 0x03, 0x00, 0x00, // r3 = 1002
                0x07, 0x02, 0x00, 0x00, 0xf8, 0xff, 0xff, 0xff, // r2 += -8
                0x57, 0x01, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, // r1 &= 4
                0x18, 0x11, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, // r1 = map of descriptor 5,
                0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // whose number has 64 bits
                0x85, 0x00, 0x00, 0x00, 0x31, 0x00, 0x00, 0x00, // call 49
                0x95, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // exit
            },
            Bytes(program));
    }

    [Fact]
    public void Jumps_lead_to_where_they_are_meant_to()
    {
        var program = new Assembler()
            .Mark("begin")
            .JumpIfEqual(Result, 0, "end")
            .JumpIfEqual(Kept1, -2, "begin")
            .Jump("end")
            .Move(Result, 1)
            .Mark("end")
            .Exit();

        Assert.Equal(
            new byte[]
            {
                0x15, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, // if r0 == 0 goto +3
                0x15, 0x06, 0xfe, 0xff, 0xfe, 0xff, 0xff, 0xff, // if r6 == -2 goto -2
                0x05, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, // goto +1
                0xb7, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, // r0 = 1
                0x95, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // exit
            },
            Bytes(program));
    }

    [Fact]
    public void A_jump_to_nowhere_is_a_mistake()
        => Assert.Throws<KeyNotFoundException>(() => new Assembler().Jump("nowhere").Assemble());

    private static byte[] Bytes(Assembler program) => MemoryMarshal.AsBytes<ulong>(program.Assemble()).ToArray();
}
