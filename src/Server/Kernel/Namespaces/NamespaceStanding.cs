namespace Mptcp.ControlPlane.Server.Kernel.Namespaces;

/// <summary>How well a namespace is known.</summary>
/// <param name="Name">The name that it is served under.</param>
/// <param name="IsUnsure">Whether what is known of it may be wrong.</param>
/// <param name="Failure">Why nobody should wait until it is sure; null where it soon will be.</param>
internal readonly record struct NamespaceStanding(string Name, bool IsUnsure, Exception? Failure)
{
    /// <summary>Whether others must wait for it.</summary>
    public bool IsAwaited => IsUnsure && Failure is null;
}
