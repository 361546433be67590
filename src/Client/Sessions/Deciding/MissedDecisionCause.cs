namespace Mptcp.ControlPlane.Client;

/// <summary>Why a request was left without an answer that holds.</summary>
public enum MissedDecisionCause
{
    /// <summary>Its time was over; the fallback has acted.</summary>
    Late,

    /// <summary>Another controller has become primary, who is asked now.</summary>
    Deposed,

    /// <summary>The session has ended. When the controller is primary again, it is asked again.</summary>
    SessionEnded,

    /// <summary>The daemon has refused the answer; <see cref="MissedDecision.Error"/> says why.</summary>
    Refused,
}
