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
}
