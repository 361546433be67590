namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>The roles that there are: those of the configuration and of the policies, and those that a policy names and nobody states.</summary>
internal sealed class Roles
{
    private readonly SortedDictionary<string, Role> _byName = new(StringComparer.Ordinal);

    /// <param name="configured">Those of the configuration.</param>
    /// <param name="document">The policies.</param>
    public Roles(IEnumerable<Role> configured, PolicyDocument document)
    {
        foreach (var role in configured.Concat(document.Roles))
            _byName.TryAdd(role.Name, role);
        foreach (var policy in document.Policies)
        {
            if (policy.Delegation is { } delegation)
                _byName.TryAdd(delegation.Role, new Role(delegation.Role));
        }

        All = [.. _byName.Values];
    }

    /// <summary>None at all.</summary>
    public static Roles None { get; } = new([], PolicyDocument.Empty);

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<Role> All { get; }

    /// <summary>Finds a role; null where there is none of the name.</summary>
    public Role? Find(string name) => _byName.GetValueOrDefault(name);
}
