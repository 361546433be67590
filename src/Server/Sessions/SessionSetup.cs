using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Election;
using Mptcp.ControlPlane.Server.Sessions.Writing;

namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>Makes what sessions need of the rest of the daemon.</summary>
internal static class SessionSetup
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton(provider => ElectionMemory.Open(
            provider.GetRequiredService<DaemonOptions>().StateDirectory, provider.GetRequiredService<DaemonIdentity>().BootId));
        services.AddSingleton<WriteGate>();
        services.AddSingleton<IControllerTarget>(provider => provider.GetRequiredService<KernelLoop>());
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<ScopeGuard>();
    }
}
