using Mptcp.Native.Congestion.Programs;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;

namespace Mptcp.Native.Congestion;

/// <summary>
/// Changes how subflows of live connections send, which an application can do of all subflows of its connection at once and nobody else
/// at all: by a BPF iterator, which goes through every TCP socket of a network namespace and sets options of those it is told of. Any
/// thread may use it; calls take turns. One that has many subflows takes no longer than one that has a single one.
/// </summary>
public sealed class SubflowTuner : IDisposable
{
    /// <summary>How many sockets one run takes.</summary>
    internal const int Capacity = 4_096;

    private readonly Lock _turn = new();
    private readonly SafeDescriptor _map;
    private readonly SafeDescriptor _link;

    private SubflowTuner(SafeDescriptor map, SafeDescriptor link) => (_map, _link) = (map, link);

    /// <summary>Loads the program, which needs CAP_BPF and CAP_PERFMON (or CAP_SYS_ADMIN) over the host. What follows needs neither.</summary>
    /// <exception cref="TuningUnavailableException">This kernel cannot, or the process may not.</exception>
    public static SubflowTuner Open()
    {
        var function = FindFunction();
        SafeDescriptor? map = null;
        try
        {
            map = Bpf.CreateHashMap<TuningCell>(Capacity);
            using var program = Bpf.TryLoadIterator(TuningProgram.Write(map.Number), function, "mptcp_tune", out var error, out var complaint)
                ?? throw Describe(error, $"{error}: {(complaint.Length > 0 ? complaint : "the kernel says no more")}");
            return new SubflowTuner(map, Bpf.CreateIteratorLink(program));
        }
        catch (Exception failure)
        {
            map?.Dispose();
            throw failure switch
            {
                SystemCallException call => Describe(call.Errno, call.Message, call),
                PlatformNotSupportedException => new TuningUnavailableException(TuningObstacle.Kernel, failure.Message, failure),
                _ => failure,
            };
        }
    }

    /// <summary>Tunes subflows of one network namespace. Of those of the same socket each comes after the one before it.</summary>
    /// <param name="networkNamespace">The namespace, which is entered for a moment.</param>
    /// <param name="subflows">Which, and how they shall send.</param>
    /// <returns>What came of each, in their order.</returns>
    /// <exception cref="SystemCallException">The kernel has no memory, or the namespace is gone or not for this process.</exception>
    public IReadOnlyList<TuningOutcome> Tune(NetworkNamespace networkNamespace, IReadOnlyList<SubflowTuning> subflows)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        ArgumentNullException.ThrowIfNull(subflows);
        var outcomes = new TuningOutcome[subflows.Count];
        var left = new List<int>(Enumerable.Range(0, subflows.Count));
        lock (_turn)
        {
            while (left.Count > 0)
            {
                // A socket has one entry: what else is wanted of it waits for the next run.
                var run = left.DistinctBy(index => subflows[index].Cookie).Take(Capacity).ToList();
                Run(networkNamespace, subflows, run, outcomes);
                left.RemoveAll(run.ToHashSet().Contains);
            }
        }

        return outcomes;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _link.Dispose();
        _map.Dispose();
    }

    private void Run(NetworkNamespace networkNamespace, IReadOnlyList<SubflowTuning> subflows, List<int> run, TuningOutcome[] outcomes)
    {
        var written = new List<ulong>(run.Count);
        try
        {
            foreach (var index in run)
            {
                Bpf.Write(_map, subflows[index].Cookie, TuningCell.Of(subflows[index].Settings));
                written.Add(subflows[index].Cookie);
            }

            // Its sockets are those of where it was made.
            using (var iterator = networkNamespace.Invoke(() => Bpf.CreateIterator(_link)))
                Bpf.Run(iterator);
            foreach (var index in run)
                outcomes[index] = Bpf.Read<TuningCell>(_map, subflows[index].Cookie).ToOutcome();
        }
        finally
        {
            foreach (var cookie in written)
                Bpf.Remove(_map, cookie);
        }
    }

    private static uint FindFunction()
    {
        try
        {
            return KernelTypes.FindFunction(File.ReadAllBytes(KernelTypes.Path), TuningProgram.Function)
                ?? throw new TuningUnavailableException(
                    TuningObstacle.Kernel, $"this kernel cannot go through TCP sockets with BPF: it has no {TuningProgram.Function} (Linux 5.15 can)");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new TuningUnavailableException(
                TuningObstacle.Kernel,
                $"this kernel does not describe its types in {KernelTypes.Path}, which BPF needs (CONFIG_DEBUG_INFO_BTF): {failure.Message}", failure);
        }
    }

    private static TuningUnavailableException Describe(Errno error, string words, Exception? cause = null) => error == Errno.NotPermitted
        ? new TuningUnavailableException(
            TuningObstacle.Privilege,
            "the daemon lacks CAP_BPF or CAP_PERFMON, which changing how subflows send needs: over the host, not over a user namespace of its own", cause)
        : new TuningUnavailableException(
            TuningObstacle.Kernel, $"this kernel does not take the BPF program that changes how subflows send, as Linux 5.15 does: {words}", cause);
}
