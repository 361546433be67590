using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>A role that callers are given.</summary>
/// <param name="Role">The role.</param>
/// <param name="Callers">Who is given it.</param>
internal sealed record AccessBinding(AccessRole Role, ImmutableArray<CallerPattern> Callers)
{
    /// <summary>The roles of controllers that they may play, with the sight of what those reach.</summary>
    public ImmutableArray<string> Plays { get; init; } = [];

    /// <summary>The connections that it is for; null for no others than those of <see cref="Plays"/>.</summary>
    public PolicyMatch? Scope { get; init; }

    /// <summary>Whether it is for everything on the host.</summary>
    public bool IsWhole => Scope is null && Plays.IsEmpty;
}
