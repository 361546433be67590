using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>A scope within which one remote controller at a time decides.</summary>
/// <param name="Name">Its name, of which there are no two.</param>
internal sealed record Role(string Name)
{
    /// <summary>Whether the configuration or the policies state it: one that policies only name reaches what they delegate to it.</summary>
    public bool IsStated { get; init; } = true;

    /// <summary>The connections that it reaches.</summary>
    public PolicyMatch Scope { get; init; } = PolicyMatch.All;

    /// <summary>How much its primary may do.</summary>
    public RoleLimits Limits { get; init; } = new();

    /// <summary>The users who may play it, over the Unix socket; none for everybody.</summary>
    public ImmutableArray<uint> UserIds { get; init; } = [];

    public bool Equals(Role? other) => other is not null
        && Name == other.Name && IsStated == other.IsStated && Scope == other.Scope && Limits == other.Limits && UserIds.SequenceEqual(other.UserIds);

    public override int GetHashCode() => HashCode.Combine(Name, Scope, Limits);
}
