using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>A connection of which it was found out whose it is.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="SoughtInode">The inode that its socket had; 0 when it was too early to find out everything.</param>
/// <param name="Owner">Who has it.</param>
/// <param name="PathManager">Which path manager decides about it; null where that is not known.</param>
internal readonly record struct Identified(Connection Connection, uint SoughtInode, ConnectionOwner Owner, PathManagerType? PathManager);
