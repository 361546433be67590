using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Mptcp.Native.Sysctls;

namespace Mptcp.Native.PathManagement;

/// <summary>What the kernel can do for MPTCP in one network namespace, found by asking it.</summary>
public sealed record KernelFeatures
{
    private const string CongestionControlsFile = "/proc/sys/net/ipv4/tcp_available_congestion_control";

    /// <summary>Whether new sockets may use MPTCP (<c>net.mptcp.enabled</c>).</summary>
    public required bool Enabled { get; init; }

    /// <summary>The path manager that new sockets get (<c>net.mptcp.path_manager</c>, <c>pm_type</c> on older kernels).</summary>
    public required PathManagerType PathManager { get; init; }

    /// <summary>The version of the family <c>mptcp_pm</c>.</summary>
    public required uint FamilyVersion { get; init; }

    /// <summary>The commands the kernel has, ordered by number.</summary>
    public required IReadOnlyList<KernelCommand> Commands { get; init; }

    /// <summary>Names of the packet schedulers to choose from.</summary>
    public required IReadOnlyList<string> Schedulers { get; init; }

    /// <summary>Names of the path managers to choose from; empty where there is only <c>pm_type</c>.</summary>
    public required IReadOnlyList<string> PathManagers { get; init; }

    /// <summary>Names of the congestion controls that the kernel has loaded, whatever the namespace.</summary>
    public required IReadOnlyList<string> CongestionControls { get; init; }

    /// <summary>Whether the kernel takes all four commands of the userspace path manager.</summary>
    public bool UserspacePathManager =>
        Has(PathManagerCommand.Announce) && Has(PathManagerCommand.Remove) &&
        Has(PathManagerCommand.SubflowCreate) && Has(PathManagerCommand.SubflowDestroy);

    /// <summary>Whether the kernel has a command.</summary>
    /// <param name="command">The command.</param>
    public bool Has(PathManagerCommand command) => Commands.Any(known => known.Number == (uint)command);

    /// <summary>Asks the kernel.</summary>
    /// <param name="networkNamespace">The namespace to ask about.</param>
    /// <exception cref="MptcpUnavailableException">The kernel has no MPTCP.</exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public static KernelFeatures Probe(NetworkNamespace networkNamespace)
    {
        using var pathManager = PathManagement.PathManager.Open(networkNamespace);
        return Probe(pathManager, new MptcpSysctls(networkNamespace));
    }

    /// <summary>Asks the kernel by an open path manager of the same namespace.</summary>
    /// <param name="pathManager">The path manager.</param>
    /// <param name="sysctls">The settings of its namespace.</param>
    public static KernelFeatures Probe(PathManager pathManager, MptcpSysctls sysctls)
    {
        ArgumentNullException.ThrowIfNull(pathManager);
        ArgumentNullException.ThrowIfNull(sysctls);
        var (version, commands) = pathManager.DescribeFamily();
        return new KernelFeatures
        {
            Enabled = sysctls.Find("enabled")?.Value == "1",
            PathManager = sysctls.Find("path_manager")?.Value == "userspace" || sysctls.Find("pm_type")?.Value == "1"
                ? PathManagerType.Userspace
                : PathManagerType.Kernel,
            FamilyVersion = version,
            Commands = commands,
            Schedulers = Words(sysctls.Find("available_schedulers")),
            PathManagers = Words(sysctls.Find("available_path_managers")),
            CongestionControls = Words(File.Exists(CongestionControlsFile) ? KernelFile.Read(CongestionControlsFile) : ""),
        };
    }

    private static string[] Words(Sysctl? sysctl) => Words(sysctl?.Value ?? "");

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
