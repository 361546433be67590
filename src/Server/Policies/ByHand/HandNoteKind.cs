namespace Mptcp.ControlPlane.Server.Policies.ByHand;

/// <summary>What somebody did to a connection by hand.</summary>
internal enum HandNoteKind : byte
{
    /// <summary>Made a subflow.</summary>
    Made,

    /// <summary>Ended a subflow.</summary>
    Ended,

    /// <summary>Said whether a subflow is a backup.</summary>
    Set,

    /// <summary>Announced an address.</summary>
    Announced,

    /// <summary>Withdrew an address.</summary>
    Withdrawn,

    /// <summary>What was done there counts no more: what was made ended by itself, or was not to be ended.</summary>
    Forgotten,
}
