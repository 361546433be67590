using System.Diagnostics;

namespace Mptcp.Fuzzing.Engine;

/// <summary>Has a harness take inputs one by one, within limits of memory and time.</summary>
internal sealed class Trial : IDisposable
{
    /// <summary>How long one input may take before it is taken for endless. A busy machine makes thousands of times what is usual of it.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    private const long BytesAlways = 64L * 1024 * 1024;
    private const long BytesForEachByte = 4096;

    private readonly Harness _harness;
    private readonly Timer _watchdog;
    private volatile Attempt? _attempt;

    /// <param name="harness">The harness.</param>
    /// <param name="endless">Hears, on another thread, of an input that takes too long. Nothing can end that but the process's end.</param>
    /// <param name="limit">How long an input may take.</param>
    public Trial(Harness harness, Action<Finding> endless, TimeSpan limit)
    {
        _harness = harness;
        _watchdog = new Timer(
            _ =>
            {
                if (_attempt is { } attempt && Stopwatch.GetElapsedTime(attempt.Start) > limit)
                    endless(new Finding(harness.Name, attempt.Input, $"takes more than {limit.TotalSeconds} s"));
            },
            null, limit / 10, limit / 10);
    }

    /// <summary>Has the harness take an input.</summary>
    /// <returns>What is wrong, or null.</returns>
    public Finding? Take(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _attempt = new Attempt(input, Stopwatch.GetTimestamp());
        try
        {
            _harness.Take(input);
        }
        catch (Exception exception)
        {
            // Whatever it is: that the decoder threw it is what is looked for, and it is reported.
            return new Finding(_harness.Name, input, exception.ToString());
        }
        finally
        {
            _attempt = null;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= BytesAlways + (BytesForEachByte * input.Length)
            ? null
            : new Finding(_harness.Name, input, $"allocates {allocated} bytes for an input of {input.Length}");
    }

    public void Dispose() => _watchdog.Dispose();

    private sealed record Attempt(byte[] Input, long Start);
}
