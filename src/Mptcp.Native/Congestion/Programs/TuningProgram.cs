using static Mptcp.Native.Congestion.Programs.Register;
using static Mptcp.Native.Interop.BpfHeaders;

namespace Mptcp.Native.Congestion.Programs;

/// <summary>
/// The program that the kernel runs for each TCP socket of a network namespace (<c>iter/tcp</c>). Where the map has an entry for the
/// socket, it sets there what the entry says, and notes in it what came of that.
/// </summary>
internal static class TuningProgram
{
    /// <summary>The function of the kernel that stands for such programs.</summary>
    public const string Function = "bpf_iter_tcp";

    // struct bpf_iter__tcp: { meta, sk_common, uid }.
    private const short SocketOffset = 8;
    private const short KeyOffset = -8;

    /// <summary>Writes the program.</summary>
    /// <param name="map">The descriptor of the map of <see cref="TuningCell"/>.</param>
    public static ulong[] Write(int map)
    {
        var program = new Assembler()
            // After the last socket it is called once without one. Those that only wait to be over are no full sockets.
            .Load(Kept1, Argument1, SocketOffset)
            .JumpIfEqual(Kept1, 0, "end")
            .Move(Argument1, Kept1)
            .Call(BPF_FUNC_skc_to_tcp_sock)
            .JumpIfEqual(Result, 0, "end")
            .Move(Kept1, Result)
            .Move(Argument1, Kept1)
            .Call(BPF_FUNC_get_socket_cookie)
            .Store(Frame, KeyOffset, Result)
            .LoadMap(Argument1, map)
            .Move(Argument2, Frame)
            .Add(Argument2, KeyOffset)
            .Call(BPF_FUNC_map_lookup_elem)
            .JumpIfEqual(Result, 0, "end")
            .Move(Kept2, Result)
            .StoreWord(Kept2, TuningCell.SeenOffset, 1);
        // The first is the only one that can be refused once it was checked: then nothing was changed.
        Set(program, TuningOption.CongestionControl, SOL_TCP, TCP_CONGESTION, TuningCell.NameOffset, TCP_CA_NAME_MAX);
        Set(program, TuningOption.CongestionWindowClamp, SOL_TCP, TCP_BPF_SNDCWND_CLAMP, TuningCell.ClampOffset, sizeof(uint));
        Set(program, TuningOption.PacingRate, SOL_SOCKET, SO_MAX_PACING_RATE, TuningCell.PacingOffset, sizeof(uint));
        return program.Mark("end").Move(Result, 0).Exit().Assemble();
    }

    private static void Set(Assembler program, TuningOption option, int level, int name, short offset, int length)
    {
        var next = $"after {option}";
        program
            .LoadWord(Argument1, Kept2, TuningCell.WantedOffset)
            .And(Argument1, (int)option)
            .JumpIfEqual(Argument1, 0, next)
            .Move(Argument1, Kept1)
            .Move(Argument2, level)
            .Move(Argument3, name)
            .Move(Argument4, Kept2)
            .Add(Argument4, offset)
            .Move(Argument5, length)
            .Call(BPF_FUNC_setsockopt)
            .JumpIfEqual(Result, 0, next)
            .StoreWord(Kept2, TuningCell.RefusedOffset, (int)option)
            .StoreWord(Kept2, TuningCell.ErrorOffset, Result)
            .Jump("end")
            .Mark(next);
    }
}
