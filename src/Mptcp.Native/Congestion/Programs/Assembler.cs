using static Mptcp.Native.Interop.BpfHeaders;

namespace Mptcp.Native.Congestion.Programs;

/// <summary>Writes BPF programs: one call an instruction, jumps by the names of where they lead.</summary>
internal sealed class Assembler
{
    private readonly List<ulong> _instructions = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly List<(int Instruction, string Place)> _jumps = [];

    /// <summary>Reads 64 bits from memory.</summary>
    public Assembler Load(Register to, Register from, short offset) => Add(BPF_LDX | BPF_DW | BPF_MEM, to, from, offset);

    /// <summary>Reads 32 bits from memory.</summary>
    public Assembler LoadWord(Register to, Register from, short offset) => Add(BPF_LDX | BPF_W | BPF_MEM, to, from, offset);

    /// <summary>Writes 64 bits to memory.</summary>
    public Assembler Store(Register at, short offset, Register value) => Add(BPF_STX | BPF_DW | BPF_MEM, at, value, offset);

    /// <summary>Writes 32 bits to memory.</summary>
    public Assembler StoreWord(Register at, short offset, Register value) => Add(BPF_STX | BPF_W | BPF_MEM, at, value, offset);

    /// <summary>Writes a number of 32 bits to memory.</summary>
    public Assembler StoreWord(Register at, short offset, int value) => Add(BPF_ST | BPF_W | BPF_MEM, at, default, offset, value);

    public Assembler Move(Register to, Register from) => Add(BPF_ALU64 | BPF_MOV | BPF_X, to, from);

    public Assembler Move(Register to, int value) => Add(BPF_ALU64 | BPF_MOV | BPF_K, to, value: value);

    public Assembler Add(Register to, int value) => Add(BPF_ALU64 | BPF_ADD | BPF_K, to, value: value);

    public Assembler And(Register to, int value) => Add(BPF_ALU64 | BPF_AND | BPF_K, to, value: value);

    /// <summary>Takes a map, which the kernel finds by its descriptor while it loads the program.</summary>
    public Assembler LoadMap(Register to, int descriptor)
        => Add(BPF_LD | BPF_DW | BPF_IMM, to, (Register)BPF_PSEUDO_MAP_FD, value: descriptor).Add(0);

    /// <summary>Calls a function of the kernel.</summary>
    public Assembler Call(int function) => Add(BPF_JMP | BPF_CALL, value: function);

    public Assembler JumpIfEqual(Register register, int value, string place)
    {
        _jumps.Add((_instructions.Count, place));
        return Add(BPF_JMP | BPF_JEQ | BPF_K, register, value: value);
    }

    public Assembler Jump(string place)
    {
        _jumps.Add((_instructions.Count, place));
        return Add(BPF_JMP | BPF_JA);
    }

    /// <summary>Names the place of the next instruction.</summary>
    public Assembler Mark(string place)
    {
        _places.Add(place, _instructions.Count);
        return this;
    }

    public Assembler Exit() => Add(BPF_JMP | BPF_EXIT);

    /// <summary>Gives the whole program, with its jumps leading to where they are meant to.</summary>
    public ulong[] Assemble()
    {
        var program = _instructions.ToArray();
        foreach (var (instruction, place) in _jumps)
        {
            // Counted from the instruction behind the jump.
            var distance = checked((short)(_places[place] - instruction - 1));
            program[instruction] |= (ulong)(ushort)distance << 16;
        }

        return program;
    }

    // struct bpf_insn: the code, two registers of four bits each, an offset of 16 bits and a number of 32.
    private Assembler Add(int code, Register to = default, Register from = default, short offset = 0, int value = 0)
    {
        _instructions.Add((byte)code | (ulong)to << 8 | (ulong)from << 12 | (ulong)(ushort)offset << 16 | (ulong)(uint)value << 32);
        return this;
    }
}
