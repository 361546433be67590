using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>What an operator states: which paths connections shall have. The first policy that matches a connection decides about it.</summary>
internal sealed record PolicyDocument
{
    /// <summary>States nothing: the daemon decides about no connection.</summary>
    public static PolicyDocument Empty { get; } = new();

    /// <summary>The policies, in order.</summary>
    public ImmutableArray<PathPolicy> Policies { get; init; } = [];

    /// <summary>The roles that remote controllers may play, beside those of the configuration.</summary>
    public ImmutableArray<Role> Roles { get; init; } = [];

    public bool Equals(PolicyDocument? other) => other is not null && Policies.SequenceEqual(other.Policies) && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() => Policies.Length;
}
