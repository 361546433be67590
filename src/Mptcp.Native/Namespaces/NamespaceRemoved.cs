namespace Mptcp.Native.Namespaces;

/// <summary>A network namespace lost a name. The namespace itself stays while somebody uses it.</summary>
/// <param name="Namespace">The name and the namespace.</param>
public sealed record NamespaceRemoved(NamedNamespace Namespace) : NamespaceEvent;
