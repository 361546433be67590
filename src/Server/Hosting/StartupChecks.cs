using Mptcp.ControlPlane.Server.Kernel.Namespaces;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>Finds out before a namespace is served whether the daemon could do its work there.</summary>
internal static class StartupChecks
{
    /// <exception cref="StartupException">MPTCP is switched off in it.</exception>
    public static void Run(HostNamespace served)
    {
        if (served.Sysctls.Find("enabled")?.Value == "0")
        {
            throw new StartupException(
                $"MPTCP is disabled in the network namespace {served.Name}; there, run: sysctl net.mptcp.enabled=1");
        }
    }
}
