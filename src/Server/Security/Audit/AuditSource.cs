using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>Who writes, and by what right.</summary>
/// <param name="Caller">Who it is.</param>
/// <param name="CallerName">The name that bindings know the caller by.</param>
/// <param name="Transport">How the caller is connected: <c>unix</c>, <c>tcp</c> or <c>tls</c>.</param>
/// <param name="Method">The method, as gRPC calls it.</param>
/// <param name="Permission">What the method needs.</param>
/// <param name="Role">The role that gives it; null where none does.</param>
internal sealed record AuditSource(
    PolicyAuthor Caller, string CallerName, string Transport, string Method, Permission Permission, AccessRole? Role)
{
    /// <summary>As the trail spells the permission.</summary>
    public string PermissionName { get; } = AccessRefusals.NameOf(Permission);

    /// <summary>As the trail spells the role; empty where there is none.</summary>
    public string RoleName { get; } = Role is { } role ? AccessRefusals.NameOf(role) : "";

    /// <summary>The id of the request.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The session of a controller; 0 where it is none's.</summary>
    public ulong SessionId { get; init; }

    /// <summary>The role of controllers that the session plays.</summary>
    public string SessionRole { get; init; } = "";
}
