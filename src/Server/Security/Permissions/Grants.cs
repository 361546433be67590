using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>All that one caller may do.</summary>
/// <param name="bindings">What it is given.</param>
/// <param name="reach">Which connections a role of controllers reaches.</param>
internal sealed class Grants(ImmutableArray<AccessBinding> bindings, Func<string, ConnectionScope?> reach)
{
    /// <summary>The roles that it has, for messages: each once, the highest first.</summary>
    public IEnumerable<AccessRole> Roles => bindings.Select(binding => binding.Role).Distinct().OrderDescending();

    /// <summary>How far a permission reaches.</summary>
    public Access For(Permission permission)
    {
        var giving = bindings.Where(binding => binding.Role.Has(permission)).ToList();
        if (giving.Where(binding => binding.IsWhole).Select(binding => (AccessRole?)binding.Role).Max() is { } role)
            return Access.Whole(role);
        if (giving.Count == 0 || !permission.CanBeScoped())
            return Access.Denied;
        return Access.Scoped(giving.Max(binding => binding.Role), [.. giving.SelectMany(ScopesOf)]);
    }

    /// <summary>Whether the caller may play a role of controllers, as far as it is not the role that says who may.</summary>
    public bool MayPlay(string role) => bindings.Any(binding
        => binding.Role.Has(Permission.PlayRole) && (binding.IsWhole || binding.Plays.Contains(role)));

    /// <summary>Whether the caller may play the same roles as by other grants.</summary>
    public bool PlaysAs(Grants other) => PlayedRoles().SetEquals(other.PlayedRoles());

    // The empty name stands for all of them.
    private HashSet<string> PlayedRoles()
        => [.. bindings.Where(binding => binding.Role.Has(Permission.PlayRole)).SelectMany(binding => binding.IsWhole ? [""] : binding.Plays.AsEnumerable())];

    private IEnumerable<ConnectionScope> ScopesOf(AccessBinding binding)
    {
        var played = binding.Plays.Select(reach).OfType<ConnectionScope>();
        return binding.Scope is { } scope ? played.Prepend(new ConnectionScope.Matching(scope)) : played;
    }
}
