using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>The roles that there are: those of the configuration, those of the policies, and those that policies only name.</summary>
internal sealed class Roles
{
    private readonly Dictionary<string, Role> _byName = [];

    /// <param name="configured">
    /// The roles of the configuration. They hold where the document has one of the same name, which it can only have when the
    /// configuration has changed since it was applied.
    /// </param>
    /// <param name="document">The policies that hold, and the roles that are stated with them.</param>
    public Roles(IReadOnlyList<Role> configured, PolicyDocument document)
    {
        foreach (var stated in configured.Concat(document.Roles))
            _byName.TryAdd(stated.Name, stated);
        foreach (var policy in document.Policies)
        {
            if (policy.Delegation is { } delegation)
                _byName.TryAdd(delegation.Role, new Role(delegation.Role) { IsStated = false });
        }

        All = [.. _byName.Values.OrderBy(role => role.Name, StringComparer.Ordinal)];
    }

    /// <summary>Every role, by name.</summary>
    public ImmutableArray<Role> All { get; }

    /// <summary>Finds a role.</summary>
    /// <returns>As it is stated; with the default limits where a policy only names it; null where nobody does.</returns>
    public Role? Find(string name) => _byName.GetValueOrDefault(name);
}
