namespace Mptcp.ControlPlane.Server.State;

/// <summary>Who had a subflow made.</summary>
internal enum SubflowMaker : byte
{
    /// <summary>That is not known.</summary>
    Unknown,

    /// <summary>The application: it is the one that the connection began with.</summary>
    Application,

    /// <summary>The peer, who joined it to the connection.</summary>
    Peer,

    /// <summary>This host, before the daemon's start or through another program.</summary>
    Host,

    /// <summary>A caller of this daemon.</summary>
    Caller,

    /// <summary>A policy of this daemon.</summary>
    Policy,

    /// <summary>A controller, of a connection that a policy delegates to its role.</summary>
    Controller,
}
