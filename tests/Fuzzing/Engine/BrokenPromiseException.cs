namespace Mptcp.Fuzzing.Engine;

/// <summary>A decoder returned what it must not: what it decoded cannot be encoded and decoded again, for instance.</summary>
/// <param name="message">What was promised, and what came.</param>
internal sealed class BrokenPromiseException(string message) : Exception(message)
{
    /// <summary>Throws unless two things that must be equal are.</summary>
    public static void Unless(bool isKept, string promise)
    {
        if (!isKept)
            throw new BrokenPromiseException(promise);
    }
}
