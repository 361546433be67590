namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What can be done so that a connection becomes as its policy wants.</summary>
internal enum PathStepKind : byte
{
    /// <summary>Nothing: it is so, or that has to wait.</summary>
    None,

    /// <summary>A subflow is made.</summary>
    Create,

    /// <summary>A subflow is ended.</summary>
    Destroy,

    /// <summary>A subflow becomes a backup.</summary>
    MakeBackup,

    /// <summary>A subflow ceases to be a backup.</summary>
    MakeRegular,

    /// <summary>An address is announced.</summary>
    Announce,

    /// <summary>An address is withdrawn.</summary>
    Withdraw,

    /// <summary>Somebody is made to listen at an address that is announced already.</summary>
    Listen,
}
