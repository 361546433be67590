namespace Mptcp.Native.Namespaces;

/// <summary>A network namespace got a name, and can be found by it.</summary>
/// <param name="Namespace">The name and the namespace.</param>
public sealed record NamespaceAdded(NamedNamespace Namespace) : NamespaceEvent;
