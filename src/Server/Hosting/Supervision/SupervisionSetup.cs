using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Handover;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>What the daemon needs to be supervised, and to hand its sockets over.</summary>
internal static class SupervisionSetup
{
    /// <summary>Adds it.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="launch">How the process was started.</param>
    public static void AddSupervision(this IServiceCollection services, DaemonLaunch launch)
    {
        services.AddSingleton(launch.Supervision);
        services.AddSingleton(launch.Reloads);
        services.AddSingleton<Supervisor>();
        services.AddSingleton<DescriptorStore>();
        services.AddSingleton<KeptSockets>();
        services.AddSingleton(provider => new SupervisedLife(
            provider.GetRequiredService<Supervisor>(),
            launch.Supervision,
            cancellation => CountConnectionsAsync(provider.GetRequiredService<KernelLoop>(), cancellation),
            launch.Reloads,
            provider.GetServices<IReloadable>(),
            provider.GetRequiredService<ILogger<SupervisedLife>>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Tells the service manager that the daemon serves, and of its end when that comes.</summary>
    public static async Task BeginSupervisionAsync(this WebApplication application, string addresses)
    {
        var life = application.Services.GetRequiredService<SupervisedLife>();
        var namespaces = application.Services.GetRequiredService<HostNamespaces>().All.Select(served => served.Name);
        // Whoever is told that the daemon is ready may restart it at once.
        await application.Services.GetRequiredService<DescriptorStore>().FlushAsync();
        await life.BeginAsync($"on {addresses}, the namespaces {string.Join(", ", namespaces)}");
        application.Lifetime.ApplicationStopping.Register(life.Stop);
    }

    private static Task<int> CountConnectionsAsync(KernelLoop loop, CancellationToken cancellation)
        => loop.AskAsync(() => loop.Namespaces.Sum(one => one.Connections.All.Count), cancellation);
}
