using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>How far one permission of a caller reaches.</summary>
internal sealed class Access
{
    private readonly ImmutableArray<ConnectionScope> _scopes;

    private Access(AccessRole? role, bool isWhole, ImmutableArray<ConnectionScope> scopes)
    {
        Role = role;
        IsWhole = isWhole;
        _scopes = scopes;
    }

    /// <summary>Not at all.</summary>
    public static Access Denied { get; } = new(role: null, isWhole: false, []);

    /// <summary>Everywhere.</summary>
    /// <param name="role">The role that gives it.</param>
    public static Access Whole(AccessRole role) => new(role, isWhole: true, []);

    /// <summary>To some connections, of which there may be none yet.</summary>
    /// <param name="role">The highest of the roles that give it.</param>
    /// <param name="scopes">The connections.</param>
    public static Access Scoped(AccessRole role, ImmutableArray<ConnectionScope> scopes) => new(role, isWhole: false, scopes);

    /// <summary>The role that gives it; null where none does.</summary>
    public AccessRole? Role { get; }

    /// <summary>Whether the caller has it at all.</summary>
    public bool IsAllowed => Role is not null;

    /// <summary>Whether it reaches everything on the host.</summary>
    public bool IsWhole { get; }

    /// <summary>Whether it reaches as far as another, and no further.</summary>
    public bool IsSameAs(Access other) => Role == other.Role && IsWhole == other.IsWhole && _scopes.SequenceEqual(other._scopes);

    /// <summary>
    /// Whether it reaches a connection. One of which it is not known yet whether it does is not reached. Which interface a connection came
    /// by is no matter of access: scopes that ask for it reach nothing.
    /// </summary>
    public bool Reaches(Connection connection)
    {
        if (IsWhole)
            return true;
        var facts = new ConnectionFacts(connection, InterfaceName: null);
        foreach (var scope in _scopes)
        {
            if (scope.Reaches(facts))
                return true;
        }

        return false;
    }

    /// <summary>Whether it reaches connections of a namespace.</summary>
    public bool Reaches(string namespaceName)
    {
        if (IsWhole)
            return true;
        foreach (var scope in _scopes)
        {
            if (scope.Reaches(namespaceName))
                return true;
        }

        return false;
    }

    /// <summary>Whether it reaches what an event tells. Policies, sessions and listeners are of the host as a whole.</summary>
    public bool Reaches(StateEvent told)
    {
        if (IsWhole)
            return true;
        if (told.Type.IsAboutDecisions())
            return false;
        if (told.Type.IsAboutNamespace() || told.Type.IsAboutInterfaces())
            return Reaches(told.Namespace);
        return (told.Connection is { } connection && Reaches(connection)) || (told.Previous is { } previous && Reaches(previous));
    }

    /// <summary>What of a snapshot it reaches.</summary>
    public StateSnapshot Reduce(StateSnapshot all) => IsWhole ? all : all with
    {
        Connections = [.. all.Connections.Where(Reaches)],
        Interfaces = [.. all.Interfaces.Where(one => Reaches(one.Namespace))],
        Namespaces = all.Namespaces?.Where(Reaches).ToHashSet(),
    };
}
