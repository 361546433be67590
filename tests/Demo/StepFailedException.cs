namespace Mptcp.ControlPlane.Demo;

/// <summary>A step of the demo did not turn out as it has to.</summary>
/// <param name="message">What is wrong, in a sentence without a full stop.</param>
sealed class StepFailedException(string message) : Exception(message)
{
    /// <summary>Fails the step that is under way unless a condition holds.</summary>
    /// <exception cref="StepFailedException">It does not.</exception>
    public static void Unless(bool condition, string otherwise)
    {
        if (!condition)
            throw new StepFailedException(otherwise);
    }
}
