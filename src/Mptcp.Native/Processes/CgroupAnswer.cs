namespace Mptcp.Native.Processes;

/// <summary>What came of looking for a cgroup by its id.</summary>
/// <param name="Known">False when it was too early to look, which says nothing of the cgroup.</param>
/// <param name="Path">
/// Its path below the hierarchy's root, "/system.slice/x.service", and "/" for the root itself; null when there is no such cgroup.
/// </param>
public readonly record struct CgroupAnswer(bool Known, string? Path);
