using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Policies;

/// <summary>Makes what policies need of the rest of the daemon.</summary>
internal static class PolicySetup
{
    public static void AddPolicies(this IServiceCollection services)
    {
        services.AddSingleton(MakeHandJournal);
        services.AddSingleton(MakeEndpointJournal);
        services.AddSingleton<IPolicyTarget, RoleAdoption>();
        services.AddSingleton(MakeRevisions);
    }

    private static HandJournal MakeHandJournal(IServiceProvider services) => HandJournal.Open(
        services.GetRequiredService<DaemonOptions>().StateDirectory,
        services.GetRequiredService<DaemonIdentity>().BootId,
        services.GetRequiredService<ILogger<HandJournal>>());

    private static EndpointJournal MakeEndpointJournal(IServiceProvider services) => EndpointJournal.Open(
        services.GetRequiredService<DaemonOptions>().StateDirectory,
        services.GetRequiredService<DaemonIdentity>().BootId,
        services.GetRequiredService<ILogger<EndpointJournal>>());

    /// <exception cref="StartupException">The directory that they are to be kept in cannot be used.</exception>
    private static PolicyRevisions MakeRevisions(IServiceProvider services)
    {
        // First of all: a directory that cannot be used is to be told alone.
        var log = services.GetRequiredService<ILogger<PolicyRevisions>>();
        var time = services.GetRequiredService<TimeProvider>();
        var directory = services.GetRequiredService<DaemonOptions>().StateDirectory;
        var store = directory is null ? null : PolicyStore.Open(directory, log, time);
        try
        {
            return new PolicyRevisions(store, services.GetRequiredService<IPolicyTarget>(), TellerOf(services), log, time);
        }
        catch
        {
            store?.Dispose();
            throw;
        }
    }

    private static Action<PoliciesChange> TellerOf(IServiceProvider services)
    {
        var loop = services.GetRequiredService<KernelLoop>();
        var metrics = services.GetRequiredService<ServerMetrics>();
        var time = services.GetRequiredService<TimeProvider>();
        return change =>
        {
            metrics.PoliciesChanged(change.Kind);
            var told = EventOf(change, time.GetUtcNow());
            loop.Post(() => loop.Publish(told));
        };
    }

    private static StateEvent EventOf(PoliciesChange change, DateTimeOffset now) => new(StateEventType.PoliciesChanged, "", now)
    {
        Origin = StateEventOrigin.Derived,
        Cause = change.Kind == PoliciesChangeKind.Expired ? StateEventCause.Timeout : StateEventCause.Command,
        Policies = change,
    };
}
