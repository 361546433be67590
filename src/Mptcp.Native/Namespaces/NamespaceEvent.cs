namespace Mptcp.Native.Namespaces;

/// <summary>A name of a network namespace came or went: <see cref="NamespaceAdded"/> or <see cref="NamespaceRemoved"/>.</summary>
public abstract record NamespaceEvent
{
    private protected NamespaceEvent()
    {
    }
}
