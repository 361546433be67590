namespace Mptcp.ControlPlane.Client;

/// <summary>A command was refused, and nothing was done of it: by the daemon, or because another controller is primary.</summary>
public sealed class CommandRefusedException : Exception
{
    internal CommandRefusedException(ControlPlaneError error)
        : base(error.Message) =>
        Error = error;

    /// <summary>Why.</summary>
    public ControlPlaneError Error { get; }
}
