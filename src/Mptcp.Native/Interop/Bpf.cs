using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;
using static Mptcp.Native.Interop.BpfHeaders;

namespace Mptcp.Native.Interop;

/// <summary>The calls of <c>bpf(2)</c> that are made, with errors as exceptions and no pointers in their signatures.</summary>
internal static unsafe partial class Bpf
{
    // Every one of its structures is shorter; what is behind the fields that a kernel knows must be zero.
    private const int AttributesLength = 144;
    private const int LogLength = 65_536;

    /// <summary>Makes a hash map whose keys are numbers of 64 bits.</summary>
    /// <typeparam name="TValue">What its values are.</typeparam>
    /// <param name="entries">How many there may be; memory is taken only for those that are there.</param>
    /// <exception cref="SystemCallException">EPERM without CAP_BPF.</exception>
    public static SafeDescriptor CreateHashMap<TValue>(int entries)
        where TValue : unmanaged
    {
        var attributes = stackalloc byte[AttributesLength];
        Clear(attributes);
        var map = (uint*)attributes;
        map[0] = BPF_MAP_TYPE_HASH;
        map[1] = sizeof(ulong);
        map[2] = (uint)sizeof(TValue);
        map[3] = (uint)entries;
        map[4] = BPF_F_NO_PREALLOC;
        return Open(BPF_MAP_CREATE, attributes, "make a BPF map");
    }

    /// <summary>Loads a program that the kernel runs for each thing it goes through.</summary>
    /// <param name="instructions">The program.</param>
    /// <param name="functionId">The BTF id of the function that stands for what it goes through.</param>
    /// <param name="name">What the program is called in lists, at most 15 characters.</param>
    /// <param name="complaint">What the verifier says last where the program is refused; empty where it says nothing.</param>
    /// <param name="error">Why it is refused.</param>
    /// <returns>Null with an error.</returns>
    public static SafeDescriptor? TryLoadIterator(ReadOnlySpan<ulong> instructions, uint functionId, string name, out Errno error, out string complaint)
    {
        var attributes = stackalloc byte[AttributesLength];
        Clear(attributes);
        var log = new byte[LogLength];
        fixed (ulong* code = instructions)
        fixed (byte* license = "Apache-2.0\0"u8, text = log)
        {
            *(uint*)attributes = BPF_PROG_TYPE_TRACING;
            *(uint*)(attributes + 4) = (uint)instructions.Length;
            *(ulong*)(attributes + 8) = (ulong)code;
            *(ulong*)(attributes + 16) = (ulong)license;
            *(uint*)(attributes + 24) = 1; // The level of the verifier's log.
            *(uint*)(attributes + 28) = LogLength;
            *(ulong*)(attributes + 32) = (ulong)text;
            Encoding.ASCII.GetBytes(name, new Span<byte>(attributes + 48, 15));
            *(uint*)(attributes + 68) = BPF_TRACE_ITER;
            *(uint*)(attributes + 108) = functionId;
            var descriptor = Call(BPF_PROG_LOAD, attributes);
            error = descriptor < 0 ? LastError : default;
            var end = Math.Max(0, log.AsSpan().IndexOf((byte)0));
            complaint = Encoding.ASCII.GetString(log, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .LastOrDefault(line => !line.StartsWith("processed ", StringComparison.Ordinal)) ?? "";
            return descriptor < 0 ? null : new SafeDescriptor(descriptor);
        }
    }

    /// <summary>Makes a program ready to be run, for as long as the link is open.</summary>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public static SafeDescriptor CreateIteratorLink(SafeDescriptor program)
    {
        var attributes = stackalloc byte[AttributesLength];
        Clear(attributes);
        *(uint*)attributes = (uint)program.Number;
        *(uint*)(attributes + 8) = BPF_TRACE_ITER;
        return Open(BPF_LINK_CREATE, attributes, "link a BPF program");
    }

    /// <summary>Makes one run of an iterator. Sockets are those of the network namespace that the calling thread is in, whoever reads.</summary>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public static SafeDescriptor CreateIterator(SafeDescriptor link)
    {
        var attributes = stackalloc byte[AttributesLength];
        Clear(attributes);
        *(uint*)attributes = (uint)link.Number;
        return Open(BPF_ITER_CREATE, attributes, "begin a BPF iterator");
    }

    /// <summary>Runs the program of an iterator for everything there is. It must write nothing.</summary>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public static void Run(SafeDescriptor iterator)
    {
        var buffer = stackalloc byte[64];
        while ((long)LibC.read(iterator.Number, buffer, 64) is var length and not 0)
        {
            // EAGAIN comes after a million of things, to be gone on with.
            if (length < 0 && Libc.LastError is var error && error != Errno.TryAgain && error != Errno.Interrupted)
                throw new SystemCallException("run a BPF iterator", error);
        }
    }

    /// <summary>Writes an entry of a map.</summary>
    /// <exception cref="SystemCallException">The kernel has no memory or the map no room.</exception>
    public static void Write<TValue>(SafeDescriptor map, ulong key, TValue value)
        where TValue : unmanaged
        => Access(BPF_MAP_UPDATE_ELEM, map, &key, &value, "write to a BPF map");

    /// <summary>Reads an entry of a map.</summary>
    /// <exception cref="SystemCallException">ENOENT: there is none.</exception>
    public static TValue Read<TValue>(SafeDescriptor map, ulong key)
        where TValue : unmanaged
    {
        TValue value;
        Access(BPF_MAP_LOOKUP_ELEM, map, &key, &value, "read a BPF map");
        return value;
    }

    /// <summary>Removes an entry of a map.</summary>
    /// <exception cref="SystemCallException">ENOENT: there is none.</exception>
    public static void Remove(SafeDescriptor map, ulong key) => Access(BPF_MAP_DELETE_ELEM, map, &key, null, "write to a BPF map");

    private static void Access(int command, SafeDescriptor map, ulong* key, void* value, string attempt)
    {
        var attributes = stackalloc byte[AttributesLength];
        Clear(attributes);
        *(uint*)attributes = (uint)map.Number;
        *(ulong*)(attributes + 8) = (ulong)key;
        *(ulong*)(attributes + 16) = (ulong)value;
        if (Call(command, attributes) < 0)
            throw new SystemCallException(attempt, LastError);
    }

    private static SafeDescriptor Open(int command, byte* attributes, string attempt)
    {
        var descriptor = Call(command, attributes);
        return descriptor >= 0 ? new SafeDescriptor(descriptor) : throw new SystemCallException(attempt, LastError);
    }

    private static void Clear(byte* attributes) => new Span<byte>(attributes, AttributesLength).Clear();

    private static Errno LastError => new(Marshal.GetLastPInvokeError());

    private static int Call(int command, byte* attributes)
    {
        // The C library has no function for it. asm/unistd.h of the architecture.
        var number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 321,
            Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 280,
            var other => throw new PlatformNotSupportedException($"it is not known how BPF is called on {other}"),
        };
        return (int)syscall(number, command, attributes, AttributesLength);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint command, void* attributes, nint length);
}
