namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>What a backup is while it is not active.</summary>
internal enum BackupStandby
{
    /// <summary>An established subflow that both hosts use only when no other can carry data.</summary>
    Hot,

    /// <summary>Nothing: its subflow is made when it becomes active, and ended when it rests.</summary>
    Cold,
}
