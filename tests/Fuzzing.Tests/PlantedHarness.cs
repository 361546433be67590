using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Tests;

/// <summary>A decoder that a test makes up.</summary>
/// <param name="take">What it does with an input.</param>
internal sealed class PlantedHarness(Action<byte[]> take) : Harness("planted")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = [[1, 2, 3, 4, 5, 6, 7, 8]];

    public override IReadOnlyList<byte[]> Words { get; } = [[0xca, 0xfe]];

    public override void Take(byte[] input) => take(input);
}
