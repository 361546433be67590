namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>A controller, or somebody who writes where one decides, is refused.</summary>
/// <param name="refusal">Why.</param>
/// <param name="message">What is wrong, for a person.</param>
/// <param name="cause">What brought it about; null for nothing.</param>
internal sealed class SessionRefusedException(SessionRefusal refusal, string message, Exception? cause = null) : Exception(message, cause)
{
    public SessionRefusal Refusal { get; } = refusal;

    /// <summary>Facts for programs.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>After how long it is worth to try again, where that is known.</summary>
    public TimeSpan? RetryDelay { get; init; }
}
