namespace Mptcp.ControlPlane.Client;

/// <summary>Whose doing an error is.</summary>
public enum ControlPlaneErrorOrigin
{
    /// <summary>The daemon answered, and refused.</summary>
    Daemon,

    /// <summary>No connection to the daemon came to be; it did nothing.</summary>
    Unreachable,

    /// <summary>The connection broke before the answer was complete; whether the daemon did what was asked is not known.</summary>
    Transport,

    /// <summary>No answer came before the deadline; whether the daemon did what was asked is not known.</summary>
    Deadline,

    /// <summary>The caller cancelled the call; whether the daemon did what was asked is not known.</summary>
    Caller,
}
