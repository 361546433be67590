using Grpc.Core;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Security.Calls;

/// <summary>Who makes a call, and how far it may go.</summary>
/// <param name="Caller">Who makes it.</param>
/// <param name="Grants">All that the caller may do.</param>
/// <param name="Permission">What the method needs.</param>
internal sealed record CallAccess(Caller Caller, Grants Grants, Permission Permission)
{
    private static readonly object Key = new();

    /// <summary>How far the permission that the method needs reaches.</summary>
    public Access Reach => Grants.For(Permission);

    /// <summary>Whether the caller has another permission, for everything on the host.</summary>
    public bool MayEverywhere(Permission other) => Grants.For(other).IsWhole;

    /// <summary>Keeps it with its call.</summary>
    public void KeepWith(ServerCallContext call) => call.UserState[Key] = this;

    /// <summary>Finds that of a call, which has been let in.</summary>
    public static CallAccess Of(ServerCallContext call) => (CallAccess)call.UserState[Key];

    /// <summary>Finds that of a call, which may have been refused; null where it is not known who makes it.</summary>
    public static CallAccess? Find(ServerCallContext call) => call.UserState.TryGetValue(Key, out var access) ? (CallAccess)access : null;
}
