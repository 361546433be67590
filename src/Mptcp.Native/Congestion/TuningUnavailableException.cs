namespace Mptcp.Native.Congestion;

/// <summary>Subflows cannot be tuned on this host, or not by this process.</summary>
/// <param name="obstacle">What is in the way.</param>
/// <param name="message">What is missing.</param>
/// <param name="cause">What the kernel said.</param>
public sealed class TuningUnavailableException(TuningObstacle obstacle, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What is in the way.</summary>
    public TuningObstacle Obstacle { get; } = obstacle;
}
