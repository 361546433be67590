using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>The primary controller of a role. The kernel loop's thread alone uses it.</summary>
/// <param name="role">The role.</param>
/// <param name="controller">Its primary.</param>
internal sealed class Seat(Role role, IController controller)
{
    public Role Role { get; set; } = role;

    public IController Controller { get; } = controller;

    /// <summary>False while writes of others may be under way that began before it was primary: it is not asked, and may not command.</summary>
    public bool IsOpen { get; set; }

    /// <summary>False when it missed a decision and nothing was heard of it since.</summary>
    public bool IsResponsive { get; set; } = true;

    /// <summary>How often it was heard of again.</summary>
    public int Returns { get; set; }
}
