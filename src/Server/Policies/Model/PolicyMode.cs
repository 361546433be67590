namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Whose path manager makes a policy true.</summary>
internal enum PolicyMode
{
    /// <summary>The daemon, connection by connection.</summary>
    Userspace,

    /// <summary>The kernel's own, for which the daemon keeps endpoints and limits.</summary>
    Kernel,
}
