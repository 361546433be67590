using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>A change of a session.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Session">The session, as it is then.</param>
internal sealed record SessionChange(SessionChangeKind Kind, SessionIdentity Session)
{
    /// <summary>Whether it is primary from here on.</summary>
    public bool Primary { get; init; }

    /// <summary>Why it ended; null where its controller ended it.</summary>
    public SessionError? Error { get; init; }

    /// <summary>Who wrote in the scope that it holds; null for nobody.</summary>
    public PolicyAuthor? OverriddenBy { get; init; }
}
