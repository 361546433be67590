namespace Mptcp.ControlPlane.Client;

/// <summary>A command was sent and no answer came, and sending it again is no way to find out: whether it was done is not known.</summary>
public sealed class CommandOutcomeUnknownException : Exception
{
    internal CommandOutcomeUnknownException(string why)
        : base($"It is not known whether the command was done: {why}.")
    {
    }
}
