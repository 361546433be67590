using System.Text.Json;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Security.Calls;

/// <summary>What callers are told who may not do what they ask for.</summary>
internal static class AccessRefusals
{
    /// <summary>Refuses what needs a permission that the caller does not have, or not for the host as a whole.</summary>
    public static ControlPlaneException Denied(CallAccess access, Permission permission)
    {
        var needed = string.Join(", ", RolePermissions.RolesWith(permission).Select(NameOf));
        return new ControlPlaneException(
            StatusCode.PermissionDenied, ErrorReason.AccessDenied,
            $"{access.Caller} may not do this, which needs the permission {NameOf(permission)}, that these roles have: {needed}; {Describe(access.Grants, permission)}")
        {
            Metadata = new Dictionary<string, string> { ["permission"] = NameOf(permission) },
        };
    }

    /// <summary>Ends what goes on while what its caller may do becomes more or less.</summary>
    public static ControlPlaneException Changed(Caller caller) => new(
        StatusCode.Aborted, ErrorReason.AccessChanged, $"what {caller} may see or do has changed; call again");

    /// <summary>Refuses a caller whose certificate was good when it connected, or whose token was, and is no longer.</summary>
    public static ControlPlaneException NotProved(Objection objection) => new(
        StatusCode.Unauthenticated, ErrorReason.CallerNotProved, objection.Message);

    /// <summary>Refuses a call whose token proves nothing.</summary>
    /// <param name="caller">Whom the connection proves.</param>
    /// <param name="why">What is wrong, and what to do.</param>
    public static ControlPlaneException TokenRefused(Caller caller, string why) => new(
        StatusCode.Unauthenticated, ErrorReason.CallerNotProved, $"the token of {caller} is refused: {why}");

    /// <summary>How the contract and the configuration spell a permission or a role: <c>read_connections</c>.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum
        => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Describe(Grants grants, Permission permission)
    {
        var roles = grants.Roles.ToList();
        if (roles.Count == 0)
            return "it has no role";
        var has = $"it has {string.Join(", ", roles.Select(NameOf))}";
        return roles.Any(role => role.Has(permission)) ? $"{has} for some connections alone, and this is about the whole host" : has;
    }
}
