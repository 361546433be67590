using Mptcp.ControlPlane.Server.Kernel;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>Finds out before anything is served whether the daemon could do its work.</summary>
internal static class StartupChecks
{
    /// <exception cref="StartupException">MPTCP is switched off in a namespace.</exception>
    public static void Run(HostNamespaces namespaces)
    {
        foreach (var served in namespaces.All)
        {
            if (served.Sysctls.Find("enabled")?.Value == "0")
            {
                throw new StartupException(
                    $"MPTCP is disabled in the network namespace {served.Name}; there, run: sysctl net.mptcp.enabled=1");
            }
        }
    }
}
