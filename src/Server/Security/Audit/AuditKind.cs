namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>What kind of write an entry of the trail is about.</summary>
internal enum AuditKind
{
    /// <summary>A call.</summary>
    Call = 1,

    /// <summary>A controller has opened a session.</summary>
    SessionOpened,

    /// <summary>Its session has ended.</summary>
    SessionEnded,

    /// <summary>A controller's command.</summary>
    Command,

    /// <summary>A controller's answer to a question.</summary>
    Decision,

    /// <summary>Entries are missing.</summary>
    Lost,
}
