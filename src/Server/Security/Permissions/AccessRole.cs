namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>Sets of permissions that callers are given. Each has all that those before it have.</summary>
internal enum AccessRole
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Decides about paths, and plays roles of controllers.</summary>
    Controller,

    /// <summary>Runs the host's multipath: policies, endpoints, and the ends of connections.</summary>
    Operator,

    /// <summary>May do everything.</summary>
    Administrator,
}
