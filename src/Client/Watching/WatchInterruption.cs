namespace Mptcp.ControlPlane.Client;

/// <summary>Why a watch or a controller pauses, and until when.</summary>
/// <param name="Error">What broke the stream, or made the last attempt fail.</param>
/// <param name="Attempt">The number of the next attempt since the last message came; the first is 1.</param>
/// <param name="Delay">The pause before it.</param>
/// <param name="NextAttempt">When it begins.</param>
public sealed record WatchInterruption(ControlPlaneError Error, int Attempt, TimeSpan Delay, DateTimeOffset NextAttempt);
