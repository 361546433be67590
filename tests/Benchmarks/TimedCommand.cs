using System.Diagnostics;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>A run of a program from before its start to its end, with all that it printed read from a pipe and dropped.</summary>
/// <param name="Duration">How long that took.</param>
/// <param name="Bytes">How much it printed.</param>
internal sealed record TimedCommand(TimeSpan Duration, long Bytes)
{
    /// <summary>Runs a program on a host.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static TimedCommand Run(LabHost host, string program, params IEnumerable<string> arguments)
        => Run(Stream.Null, host, program, arguments);

    /// <summary>Runs a program on a host, and gives what it prints to a stream instead of dropping it.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static TimedCommand Run(Stream printed, LabHost host, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var buffer = new byte[1 << 16];
        long bytes = 0;
        var moment = Stopwatch.GetTimestamp();
        using var process = host.Run(() => Process.Start(start)!);
        var output = process.StandardOutput.BaseStream;
        while (output.Read(buffer) is var count and > 0)
        {
            bytes += count;
            printed.Write(buffer, 0, count);
        }

        process.WaitForExit();
        var duration = Stopwatch.GetElapsedTime(moment);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {process.StandardError.ReadToEnd().Trim()}");
        return new TimedCommand(duration, bytes);
    }
}
