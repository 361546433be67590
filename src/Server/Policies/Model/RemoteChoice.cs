namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Which of the peer's addresses subflows go to.</summary>
[Flags]
internal enum RemoteChoice
{
    None = 0,

    /// <summary>The one that the connection began with.</summary>
    Initial = 1,

    /// <summary>Those that the peer announced.</summary>
    Announced = 2,
    Both = Initial | Announced,
}
