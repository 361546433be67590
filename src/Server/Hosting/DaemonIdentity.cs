namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>Which daemon, of which boot of which host, this is.</summary>
internal sealed class DaemonIdentity
{
    private const string Kernel = "/proc/sys/kernel";

    /// <summary>A random id of this run of the daemon; sequence numbers of events restart with it.</summary>
    public Guid Epoch { get; } = Guid.NewGuid();

    /// <summary>The kernel's random id of this boot.</summary>
    public Guid BootId { get; } = Guid.Parse(Read("random/boot_id"));

    /// <summary>The kernel's release, as <c>uname -r</c> prints it.</summary>
    public string KernelRelease { get; } = Read("osrelease");

    /// <summary>Reads the host's name, which may change at any time.</summary>
    public static string ReadHostname() => Read("hostname");

    private static string Read(string name) => File.ReadAllText(Path.Combine(Kernel, name)).TrimEnd('\n');
}
