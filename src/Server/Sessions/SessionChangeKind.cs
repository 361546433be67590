namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>What happened to a session.</summary>
internal enum SessionChangeKind
{
    /// <summary>It was opened.</summary>
    Opened = 1,

    /// <summary>It is primary from here on.</summary>
    Primary,

    /// <summary>It is primary no longer.</summary>
    Deposed,

    /// <summary>It missed a decision, and fallbacks act until it is heard of again.</summary>
    Unresponsive,

    /// <summary>It is heard of again.</summary>
    Responsive,

    /// <summary>An administrator wrote in the scope that it holds.</summary>
    Overridden,

    /// <summary>It has ended.</summary>
    Closed,
}
