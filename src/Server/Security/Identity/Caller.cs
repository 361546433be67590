using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>Who is calling, as far as the transport proves it.</summary>
internal abstract record Caller
{
    /// <summary>By which it is told from others, and by which what it may use up is counted: <c>user:1000</c>, <c>spiffe://…</c>.</summary>
    public abstract string Name { get; }

    /// <summary>As policies and sessions remember it.</summary>
    public abstract PolicyAuthor Author { get; }

    /// <summary>As messages call it.</summary>
    public sealed override string ToString() => Author.ToString();
}
