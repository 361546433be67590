namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>What each role may do.</summary>
internal static class RolePermissions
{
    // Each permission with the first role that has it.
    private static readonly Dictionary<Permission, AccessRole> First = new()
    {
        [Permission.ReadNode] = AccessRole.Viewer,
        [Permission.ReadConnections] = AccessRole.Viewer,
        [Permission.ReadSockets] = AccessRole.Viewer,
        [Permission.ReadConfiguration] = AccessRole.Viewer,
        [Permission.ControlPaths] = AccessRole.Controller,
        [Permission.PlayRole] = AccessRole.Controller,
        [Permission.CloseConnections] = AccessRole.Operator,
        [Permission.Reconcile] = AccessRole.Operator,
        [Permission.ChangeEndpoints] = AccessRole.Operator,
        [Permission.ChangePolicies] = AccessRole.Operator,
        [Permission.ChangeSysctls] = AccessRole.Administrator,
        [Permission.OverrideHolder] = AccessRole.Administrator,
        [Permission.ReadAudit] = AccessRole.Administrator,
    };

    /// <summary>Whether a role has a permission.</summary>
    public static bool Has(this AccessRole role, Permission permission)
        => permission == Permission.None || (First.TryGetValue(permission, out var first) && role >= first);

    /// <summary>The roles that have a permission.</summary>
    public static IEnumerable<AccessRole> RolesWith(Permission permission)
        => Enum.GetValues<AccessRole>().Where(role => role.Has(permission));

    /// <summary>Whether a permission can be given for some connections alone. The others are about the host as a whole.</summary>
    public static bool CanBeScoped(this Permission permission) => permission is Permission.None or Permission.ReadNode
        or Permission.ReadConnections or Permission.ControlPaths or Permission.PlayRole or Permission.CloseConnections;

    /// <summary>Whether it is a permission to change something, whose every use and refusal goes into the audit trail.</summary>
    public static bool IsWrite(this Permission permission) => permission is Permission.ControlPaths or Permission.PlayRole
        or Permission.CloseConnections or Permission.Reconcile or Permission.ChangeEndpoints or Permission.ChangePolicies
        or Permission.ChangeSysctls or Permission.OverrideHolder;
}
