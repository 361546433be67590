using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Supervision;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Handover;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Sessions.Writing;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

/// <summary>What a kernel loop needs, without a daemon around it.</summary>
internal static class LoopServices
{
    public static ServiceProvider Create(CollectedLog log, TimeProvider time, DaemonOptions options) => new ServiceCollection()
        .AddMetrics()
        .AddLogging(logging => logging.AddProvider(log))
        .AddSingleton(time)
        .AddSingleton(options)
        .AddSingleton<ServerMetrics>()
        .AddSingleton<KernelRequestObserver>()
        .AddSingleton(provider => new HostNamespaces(
            new NamespaceSelection(options.Namespaces), provider.GetRequiredService<KernelRequestObserver>().Observe))
        .AddSingleton(SupervisionSettings.None)
        .AddSingleton<Supervisor>()
        .AddSingleton<DescriptorStore>()
        .AddSingleton<KeptSockets>()
        .AddSingleton<JoinListeners>()
        .AddSingleton<WriteGate>()
        .AddSingleton<TuningWorker>()
        .AddSingleton<SubflowRequests>()
        .AddSingleton(provider => HandJournal.Open(options.StateDirectory, Guid.Empty, provider.GetRequiredService<ILogger<HandJournal>>()))
        .AddSingleton(provider => EndpointJournal.Open(options.StateDirectory, Guid.Empty, provider.GetRequiredService<ILogger<EndpointJournal>>()))
        .AddSingleton<KernelLoop>()
        .BuildServiceProvider();
}
