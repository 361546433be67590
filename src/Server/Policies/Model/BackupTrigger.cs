namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>What makes backups active.</summary>
internal enum BackupTrigger
{
    /// <summary>No subflow that is not a backup can carry data.</summary>
    NoneLeft,

    /// <summary>A subflow is missing that the policy wants and that is no backup.</summary>
    AnyLost,
}
