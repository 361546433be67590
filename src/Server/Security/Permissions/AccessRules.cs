using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Security.Identity;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>Who may do what, as the configuration states it. Whom nothing there is for may do nothing.</summary>
internal sealed record AccessRules
{
    /// <summary>What the configuration gives.</summary>
    public ImmutableArray<AccessBinding> Bindings { get; init; } = [];

    /// <summary>What those are given who are in the group of the Unix socket; null for nothing.</summary>
    public AccessRole? SocketGroup { get; init; } = AccessRole.Administrator;

    /// <summary>Finds what a caller is given.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="own">Whom the daemon itself runs as, and which group its socket has.</param>
    public IEnumerable<AccessBinding> FindFor(Caller caller, DaemonOwner own)
    {
        if (caller is LocalCaller local)
        {
            // Whoever is the daemon's own user could do to it what it likes.
            if (local.UserId == 0 || local.UserId == own.UserId)
                yield return new AccessBinding(AccessRole.Administrator, []);
            if (SocketGroup is { } role && local.Groups.Contains(own.SocketGroup))
                yield return new AccessBinding(role, []);
        }

        foreach (var binding in Bindings)
        {
            if (binding.Callers.Any(pattern => pattern.Matches(caller)))
                yield return binding;
        }
    }
}
