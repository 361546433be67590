using System.Globalization;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>Chance that can be had again: a test that fails says its seed, and MPTCP_SEED gives it back.</summary>
static class Seed
{
    /// <summary>Makes a generator, and has the running test tell what repeats it.</summary>
    public static Random NewRandom()
    {
        var seed = Environment.GetEnvironmentVariable("MPTCP_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"MPTCP_SEED={seed} makes the same choices again");
        return new Random(seed);
    }
}
