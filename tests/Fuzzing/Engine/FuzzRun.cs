using System.Diagnostics;

namespace Mptcp.Fuzzing.Engine;

/// <summary>
/// Makes inputs for a harness, and goes on from those that reach new code. With the same seed it makes the same inputs, as far as it gets.
/// </summary>
/// <param name="harness">The harness.</param>
/// <param name="trial">Takes the inputs.</param>
/// <param name="coverage">Says which of them reach new code.</param>
/// <param name="seed">Where chance begins.</param>
internal sealed class FuzzRun(Harness harness, Trial trial, Coverage coverage, int seed)
{
    private readonly List<byte[]> _corpus = [];
    private readonly List<byte[]> _reachedMore = [];

    /// <summary>How many inputs were tried.</summary>
    public long Inputs { get; private set; }

    /// <summary>The inputs that reached code which none before them reached, without those that there were to begin with.</summary>
    public IReadOnlyList<byte[]> ReachedMore => _reachedMore;

    /// <summary>How many inputs are gone on from.</summary>
    public int Kept => _corpus.Count;

    /// <summary>Tries inputs until one is found, or time is over.</summary>
    /// <param name="begin">The inputs to begin with.</param>
    /// <param name="time">How long.</param>
    /// <param name="note">Hears of each input before it is tried.</param>
    /// <returns>What was found; null for nothing.</returns>
    public Finding? Run(IReadOnlyList<byte[]> begin, TimeSpan time, Action<byte[]> note)
    {
        var start = Stopwatch.GetTimestamp();
        var random = new Random(seed);
        var mutator = new Mutator(random, harness.Words);
        foreach (var input in begin)
        {
            _corpus.Add(input);
            if (Try(input, note, out _) is { } finding)
                return finding;
        }

        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var input = mutator.Next(Choose(random), _corpus[random.Next(_corpus.Count)]);
            if (Try(input, note, out var isNew) is { } finding)
                return finding;
            if (!isNew)
                continue;
            _corpus.Add(input);
            _reachedMore.Add(input);
        }

        return null;
    }

    // Every other time one of the last few: where new code was reached lately, there is more of it.
    private byte[] Choose(Random random)
    {
        var first = random.Next(2) == 0 ? 0 : _corpus.Count * 3 / 4;
        return _corpus[random.Next(first, _corpus.Count)];
    }

    private Finding? Try(byte[] input, Action<byte[]> note, out bool isNew)
    {
        note(input);
        Inputs++;
        coverage.Clear();
        var finding = trial.Take(input);
        isNew = coverage.Learn();
        return finding;
    }
}
