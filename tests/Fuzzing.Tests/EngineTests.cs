using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Tests;

/// <summary>The engine finds what there is to find in decoders that are made for it, and tells it as it is.</summary>
public sealed class EngineTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_decoder_that_throws_what_it_does_not_promise_is_found()
    {
        var finding = Run(input =>
        {
            if (input.AsSpan().IndexOf([(byte)0xca, (byte)0xfe]) >= 0 && input.Length % 7 == 3)
                _ = input[input.Length];
        });

        Assert.NotNull(finding);
        Assert.StartsWith("System.IndexOutOfRangeException: ", finding.Reason, StringComparison.Ordinal);
        Assert.Equal(3, finding.Input.Length % 7);
    }

    [Fact]
    public void An_input_that_costs_far_more_memory_than_it_has_bytes_is_found()
    {
        var kept = Array.Empty<byte>();
        var finding = Run(input => kept = new byte[input.Length > 20 ? 100_000_000 : 1]);
        Assert.NotEmpty(kept);
        Assert.Contains("allocates 1", finding?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_never_ends_is_told_while_it_lasts()
    {
        using var told = new ManualResetEventSlim();
        Finding? finding = null;
        using var trial = new Trial(
            new PlantedHarness(_ => Assert.True(told.Wait(Enough), "nobody told of the input that does not end")),
            endless =>
            {
                finding ??= endless;
                told.Set();
            },
            TimeSpan.FromMilliseconds(100));

        Assert.Null(trial.Take([7]));
        Assert.Equal([(byte)7], finding!.Input);
        Assert.Contains("takes more than", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        Assert.Equal(First(1000, seed: 5), First(1000, seed: 5));
        Assert.NotEqual(First(1000, seed: 5), First(1000, seed: 6));
    }

    [Fact]
    public void What_is_found_is_made_shorter_as_long_as_it_stays_what_it_is()
    {
        var harness = new PlantedHarness(input =>
        {
            if (input.Contains((byte)9))
                throw new FormatException("nine");
            if (input.Length < 3)
                throw new InvalidOperationException("short");
        });
        using var trial = new Trial(harness, _ => { }, Enough);

        var finding = trial.Take([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4])!;

        Assert.Equal([(byte)9], Shortener.Shorten(finding, trial.Take).Input);
    }

    [Fact]
    public void Hexadecimal_with_comments_reads_back()
    {
        var bytes = Enumerable.Range(0, 256).Select(one => (byte)one).ToArray();
        Assert.Equal(bytes, HexText.Parse(HexText.Format(bytes, "two\nlines")));
        Assert.Equal([0xca, 0xfe], HexText.Parse("ca # fe\n fe"));
        Assert.Throws<FormatException>(() => HexText.Parse("c"));
    }

    private static Finding? Run(Action<byte[]> take)
    {
        var harness = new PlantedHarness(take);
        using var coverage = new Coverage();
        using var trial = new Trial(harness, _ => { }, Enough);
        return new FuzzRun(harness, trial, coverage, seed: 1).Run(harness.Seeds, Enough, _ => { });
    }

    private static List<string> First(int count, int seed)
    {
        var inputs = new List<string>();
        var harness = new PlantedHarness(input =>
        {
            inputs.Add(Convert.ToHexString(input));
            if (inputs.Count == count)
                throw new FormatException("enough");
        });
        using var coverage = new Coverage();
        using var trial = new Trial(harness, _ => { }, Enough);
        Assert.NotNull(new FuzzRun(harness, trial, coverage, seed).Run(harness.Seeds, Enough, _ => { }));
        return inputs;
    }
}
