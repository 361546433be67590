using Mptcp.ControlPlane.Server.Hosting.Supervision;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Reads the configuration again while the daemon runs, and has those of its settings hold that can without a restart.</summary>
/// <param name="started">As the daemon was started.</param>
/// <param name="access">Who may do what.</param>
/// <param name="limits">How much callers may take.</param>
/// <param name="logger">Hears what became of it.</param>
/// <param name="trail">Its file may have been renamed.</param>
internal sealed class ConfigurationReload(
    DaemonOptions started, AccessControl access, LimitsInForce limits, AuditTrail trail, ILogger<ConfigurationReload> logger) : IReloadable
{
    private readonly Lock _guard = new();

    // Everything else can hold only from a start on.
    private static readonly ConfigurationKey[] Immediate =
    [
        ConfigurationKey.AccessSocketGroup, ConfigurationKey.AccessBindings, ConfigurationKey.LimitConnections,
        ConfigurationKey.LimitConnectionsPerCaller, ConfigurationKey.LimitConnectionsPerSecond, ConfigurationKey.LimitBytesPerSecond,
        ConfigurationKey.LimitStreamsPerCaller, ConfigurationKey.LimitCallsPerCaller, ConfigurationKey.LimitRequestsPerSecond,
    ];

    Task IReloadable.ReloadAsync()
    {
        Run();
        return Task.CompletedTask;
    }

    /// <summary>Reads it again. One that is wrong changes nothing, and the log says what is wrong.</summary>
    public void Run()
    {
        lock (_guard)
        {
            trail.Reopen();
            if (started.ReadAgain is null)
                return;
            try
            {
                var read = started.ReadAgain();
                access.Adopt(read.Access);
                limits.Adopt(read.Limits);
                var waiting = started.Settings.FindDifferences(read.Settings).Except(Immediate).Select(key => key.Name).ToList();
                logger.ConfigurationReloaded(waiting.Count == 0 ? "" : $"; until the daemon is restarted these stay as they were: {string.Join(", ", waiting)}");
            }
            catch (ConfigurationException exception)
            {
                logger.ConfigurationRefused(exception.Message);
            }
        }
    }
}
