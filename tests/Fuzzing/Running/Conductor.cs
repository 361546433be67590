using System.Diagnostics;
using System.Globalization;
using Mptcp.Fuzzing.Engine;
using Mptcp.Fuzzing.Harnesses;

namespace Mptcp.Fuzzing.Running;

/// <summary>
/// Runs harnesses, each in a process of its own so that none can take the others with it, as many at a time as there are processors.
/// </summary>
/// <param name="options">What is asked for.</param>
internal sealed class Conductor(FuzzOptions options)
{
    private const int Nothing = 0, Found = 1;

    /// <returns>Whether nothing was found.</returns>
    /// <exception cref="FormatException">There is no such harness.</exception>
    public bool Run()
    {
        var harnesses = HarnessCatalog.Select(options.Only);
        Instrumentation.Copy(AppContext.BaseDirectory, Places.Instrumented);
        Console.WriteLine($"{harnesses.Count} harnesses, {options.Time.TotalSeconds} s each, --seed {options.Seed}");
        var clean = true;
        Parallel.ForEach(
            harnesses,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            harness =>
            {
                if (!RunChild(harness))
                    Volatile.Write(ref clean, false);
            });
        return Volatile.Read(ref clean);
    }

    private bool RunChild(Harness harness)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", Arguments(harness)))
            ?? throw new InvalidOperationException("dotnet did not start");
        child.WaitForExit();
        if (child.ExitCode is not (Nothing or Found))
        {
            // It had no time to say so itself: its stack was full, or its memory.
            var finding = new Finding(harness.Name, CurrentInput.Read(Places.CurrentInput(harness.Name)), $"ends the process with exit code {child.ExitCode}");
            Report.Tell(finding);
        }

        return child.ExitCode == Nothing;
    }

    private IEnumerable<string> Arguments(Harness harness)
    {
        yield return Path.Combine(Places.Instrumented, "Fuzzing.dll");
        yield return "--child";
        yield return "--only";
        yield return harness.Name;
        yield return "--seed";
        yield return options.Seed.ToString(CultureInfo.InvariantCulture);
        yield return "--seconds";
        yield return ((int)options.Time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (options.Corpus is null)
            yield break;
        yield return "--corpus";
        yield return options.Corpus;
    }
}
