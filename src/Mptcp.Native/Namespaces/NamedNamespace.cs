namespace Mptcp.Native.Namespaces;

/// <summary>A network namespace that has a name, as <c>ip netns add</c> gives it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Inode">The inode of the namespace (<see cref="NetworkNamespace.Inode"/>): two names of one namespace have the same.</param>
public sealed record NamedNamespace(string Name, ulong Inode);
