using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Hosting.Supervision;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Security.Tokens;

namespace Mptcp.ControlPlane.Server.Security;

/// <summary>Makes what decides who may do what.</summary>
internal static class SecuritySetup
{
    public static void AddSecurity(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<DaemonOptions>();
            return new AccessControl(options.Access, DaemonOwner.Read(options.SocketGroup));
        });
        services.AddSingleton(provider => AuditSetup.Create(provider.GetRequiredService<DaemonOptions>().Audit, provider));
        services.AddSingleton<AuditInterceptor>();
        services.AddSingleton<ConfigurationReload>();
        services.AddSingleton<IReloadable>(provider => provider.GetRequiredService<ConfigurationReload>());
        services.AddSingleton(provider => new CallerIdentification(
            provider.GetService<ClientCertificates>(), provider.GetService<TokenValidator>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<OpenStreams>();
        services.AddSingleton<AccessInterceptor>();
        services.AddLimits();
    }
}
