using System.Runtime.InteropServices;

namespace Mptcp.Native.Interop;

/// <summary>
/// The time slice of a thread (<c>sched_setattr(2)</c>): of those that wait for a processor, the kernel runs one of a short slice
/// sooner, and not for longer altogether. It needs no privilege. Kernels before 6.12 have one slice for all.
/// </summary>
public static unsafe partial class ThreadSlice
{
    // Numbers of arch/x86/entry/syscalls/syscall_64.tbl and of include/uapi/asm-generic/unistd.h.
    private const nint SetOnX64 = 314;
    private const nint SetOnOthers = 274;

    /// <summary>The shortest slice that kernels give.</summary>
    public static TimeSpan Shortest { get; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Asks for a slice for the calling thread.</summary>
    /// <param name="slice">Its length; the kernel keeps it between 0.1 and 100 ms.</param>
    /// <returns>False where the kernel refused.</returns>
    public static bool TrySet(TimeSpan slice)
    {
        var attributes = new SchedulingAttributes
        {
            Size = (uint)sizeof(SchedulingAttributes),
            Nice = getpriority(0, 0),
            Runtime = (ulong)slice.TotalNanoseconds,
        };
        var number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? SetOnX64 : SetOnOthers;
        return syscall(number, 0, &attributes, 0) == 0;
    }

    // Under the ordinary policy, number 0.
    [LibraryImport("libc")]
    private static partial nint syscall(nint number, int thread, SchedulingAttributes* attributes, uint flags);

    [LibraryImport("libc")]
    private static partial int getpriority(int which, int who);

    /// <summary><c>struct sched_attr</c> of <c>include/uapi/linux/sched/types.h</c>, its first version.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
