using Mptcp.Fuzzing.Engine;
using Mptcp.Fuzzing.Harnesses;

namespace Mptcp.Fuzzing.Running;

/// <summary>Runs one harness, in the instrumented copy of the program.</summary>
internal static class Child
{
    private const int Found = 1;

    /// <returns>What was found; null for nothing.</returns>
    public static Finding? Run(FuzzOptions options)
    {
        // The instrumented code has nowhere to count before there is a map, and harnesses run some of it when they are made.
        using var coverage = new Coverage();
        using var current = new CurrentInput(Places.CurrentInput(options.Only.Single()));
        var harness = HarnessCatalog.Select(options.Only).Single();
        using var trial = new Trial(harness, EndOf, Trial.TimeLimit);
        var corpus = options.Corpus is null ? null : Path.Combine(options.Corpus, harness.Name);
        var run = new FuzzRun(harness, trial, coverage, options.Seed);

        var finding = run.Run([.. harness.Seeds, .. Fixtures.Of(harness.Name), .. Inputs(corpus)], options.Time, current.Note);
        if (corpus is not null)
            Save(run.ReachedMore, harness, corpus);
        Console.WriteLine(
            $"{harness.Name}: {run.Inputs} inputs, {run.Kept} kept, {coverage.Count} branches: {(finding is null ? "nothing found" : "FOUND")}");
        if (finding is null)
            return null;

        finding = Shortener.Shorten(finding, trial.Take);
        Report.Tell(finding);
        return finding;
    }

    // The thread that decodes will not come back.
    private static void EndOf(Finding endless)
    {
        Report.Tell(endless);
        Environment.Exit(Found);
    }

    private static IEnumerable<byte[]> Inputs(string? directory)
        => Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*.hex").Order(StringComparer.Ordinal).Select(file => HexText.Parse(File.ReadAllText(file)))
            : [];

    private static void Save(IReadOnlyList<byte[]> inputs, Harness harness, string directory)
    {
        foreach (var input in inputs)
            new Finding(harness.Name, input, "reached new code").Save(directory);
    }
}
