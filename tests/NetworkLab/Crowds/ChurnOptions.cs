namespace Mptcp.Lab;

/// <summary>How connections of a <see cref="Crowd"/> come and go.</summary>
/// <param name="PerSecond">How many come per second.</param>
/// <param name="Lifetime">How long each lasts in the mean; from nothing to twice as long.</param>
public sealed record ChurnOptions(int PerSecond, TimeSpan Lifetime)
{
    /// <summary>How many of a hundred the client resets, which the kernel does not tell the server's listeners; the others it closes.</summary>
    public int AbortedPercent { get; init; }
}
