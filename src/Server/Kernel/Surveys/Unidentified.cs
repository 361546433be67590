using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>A connection of which it is not known whose it is.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Inode">The inode of its socket; 0 when nobody has accepted it yet.</param>
/// <param name="CgroupId">The id of its socket's cgroup, where the kernel told it.</param>
internal readonly record struct Unidentified(Connection Connection, uint Inode, ulong? CgroupId);
