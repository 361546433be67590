using System.Globalization;

namespace Mptcp.ControlPlane.Server.Sessions.Writing;

/// <summary>What those are told who would write where a controller decides.</summary>
internal static class HeldScope
{
    /// <summary>Refuses a write.</summary>
    /// <param name="holder">Who decides.</param>
    public static SessionRefusedException Refuse(SessionIdentity holder) => new(
        SessionRefusal.ScopeHeld,
        $"a controller decides about the connection: {(holder.Name.Length > 0 ? holder.Name : "one without a name")} (session {holder.Id}, {holder.Caller}), "
        + $"which plays the role {holder.Role}; nothing was changed")
    {
        Facts = new Dictionary<string, string>
        {
            ["role"] = holder.Role,
            ["session"] = holder.Id.ToString(CultureInfo.InvariantCulture),
            ["controller"] = holder.Name,
            ["caller"] = holder.Caller.ToString(),
        },
    };
}
