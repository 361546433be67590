using Mptcp.Fuzzing.Engine;
using Mptcp.Fuzzing.Harnesses;

namespace Mptcp.Fuzzing.Running;

/// <summary>Runs inputs that are in files, once each and without instrumentation, so that places are told by line.</summary>
internal static class Replayer
{
    /// <returns>Whether every decoder took its input, or refused it as it should.</returns>
    /// <exception cref="FormatException">It is not clear whose input a file is, or it cannot be read as one.</exception>
    public static bool Run(FuzzOptions options)
    {
        var clean = true;
        foreach (var file in options.Replay)
        {
            var harness = HarnessOf(file, options);
            using var trial = new Trial(harness, EndOf, Trial.TimeLimit);
            var finding = trial.Take(HexText.Parse(File.ReadAllText(file)));
            Console.WriteLine($"{file}: {finding?.Reason ?? "taken, or refused as it should be"}");
            clean &= finding is null;
        }

        return clean;
    }

    private static void EndOf(Finding endless)
    {
        Console.WriteLine(endless.Reason);
        Environment.Exit(1);
    }

    // A fixture is in a folder with the harness's name, a finding has it in its own.
    private static Harness HarnessOf(string file, FuzzOptions options)
    {
        if (options.Only is [var name])
            return HarnessCatalog.Select([name]).Single();
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)));
        return HarnessCatalog.All.FirstOrDefault(harness => harness.Name == folder)
            ?? HarnessCatalog.All.FirstOrDefault(harness => Path.GetFileName(file).StartsWith($"{harness.Name}-", StringComparison.Ordinal))
            ?? throw new FormatException($"{file} does not tell its harness; --only does");
    }
}
