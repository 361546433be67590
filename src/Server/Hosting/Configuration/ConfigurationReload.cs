using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Reads the configuration again while the daemon runs, and has those of its settings hold that can without a restart.</summary>
/// <param name="started">As the daemon was started.</param>
/// <param name="access">Who may do what.</param>
/// <param name="limits">How much callers may take.</param>
/// <param name="logger">Hears what became of it.</param>
internal sealed class ConfigurationReload(DaemonOptions started, AccessControl access, LimitsInForce limits, ILogger<ConfigurationReload> logger)
{
    private readonly Lock _guard = new();

    // Everything else can hold only from a start on.
    private static readonly ConfigurationKey[] Immediate =
    [
        ConfigurationKey.AccessSocketGroup, ConfigurationKey.AccessBindings, ConfigurationKey.LimitConnections,
        ConfigurationKey.LimitConnectionsPerCaller, ConfigurationKey.LimitStreamsPerCaller, ConfigurationKey.LimitCallsPerCaller,
        ConfigurationKey.LimitRequestsPerSecond,
    ];

    /// <summary>Reads it again. One that is wrong changes nothing, and the log says what is wrong.</summary>
    public void Run()
    {
        lock (_guard)
        {
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
