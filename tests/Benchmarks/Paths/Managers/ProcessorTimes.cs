using System.Diagnostics;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>What processes have used of the processors.</summary>
internal static class ProcessorTimes
{
    /// <summary>The time that a process has used itself and that the kernel has for it: what its requests set off included.</summary>
    public static TimeSpan Read(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
