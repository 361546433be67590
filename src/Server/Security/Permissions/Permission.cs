namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>What a method needs its caller to be permitted. Which methods need which stands in <see cref="MethodPermissions"/>.</summary>
internal enum Permission
{
    /// <summary>Nothing: everybody who gets as far as calling may.</summary>
    None,

    /// <summary>To read what the host is: its kernel, namespaces and interfaces.</summary>
    ReadNode,

    /// <summary>To read connections, with their subflows, their figures and what happens to them.</summary>
    ReadConnections,

    /// <summary>To list sockets, also those of plain TCP.</summary>
    ReadSockets,

    /// <summary>To read policies, endpoints, limits and sysctls.</summary>
    ReadConfiguration,

    /// <summary>To announce and withdraw addresses; to create, change and end subflows.</summary>
    ControlPaths,

    /// <summary>To play a role of controllers.</summary>
    PlayRole,

    /// <summary>To end connections.</summary>
    CloseConnections,

    /// <summary>To have what is known compared with the kernel at once.</summary>
    Reconcile,

    /// <summary>To change endpoints and limits.</summary>
    ChangeEndpoints,

    /// <summary>To apply, confirm and roll back policies.</summary>
    ChangePolicies,

    /// <summary>To write sysctls.</summary>
    ChangeSysctls,

    /// <summary>To write where a controller decides.</summary>
    OverrideHolder,

    /// <summary>To read the audit trail.</summary>
    ReadAudit,
}
