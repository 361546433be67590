using Mptcp.ControlPlane.Server.Hosting.Privileges;
using Mptcp.ControlPlane.Server.Hosting.Supervision;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>How the process of a daemon was started, and by whom.</summary>
internal sealed record DaemonLaunch
{
    /// <summary>What its service manager offers.</summary>
    public SupervisionSettings Supervision { get; init; } = SupervisionSettings.None;

    /// <summary>Where requests to reload come in.</summary>
    public ReloadRequests Reloads { get; init; } = new();

    /// <summary>What it may do; null where nobody has looked.</summary>
    public PrivilegeReport? Privileges { get; init; }
}
