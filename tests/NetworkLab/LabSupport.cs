using System.Globalization;
using System.Numerics;

namespace Mptcp.Lab;

/// <summary>Tells whether this process can make a <see cref="NetworkLab"/>, and what tests are to do when it cannot.</summary>
public static class LabSupport
{
    const int NetAdmin = 12; // CAP_NET_ADMIN, linux/capability.h
    const int SysAdmin = 21; // CAP_SYS_ADMIN

    // The inode of the first user namespace, PROC_USER_INIT_INO in linux/proc_ns.h: a constant of the kernel.
    const string HostUserNamespace = "user:[4026531837]";

    // What eng/in-namespace --host-root sets, which has left the host's network and mounts, and not its user namespace.
    const string HostRoot = "host-root";

    /// <summary>Why no lab can be made here, as a sentence without a full stop; null when one can.</summary>
    public static string? WhyNot { get; } = Probe();

    /// <summary>
    /// Whether a kernel with every feature is promised: the environment variable MPTCP_REQUIRE_KERNEL is 1, and what would be skipped must
    /// fail instead.
    /// </summary>
    public static bool IsRequired { get; } = Environment.GetEnvironmentVariable("MPTCP_REQUIRE_KERNEL") == "1";

    /// <summary>
    /// Why a test that needs the lab should be skipped; null when it should run, which includes the case that the lab is required but cannot
    /// be made: <see cref="NetworkLab.CreateAsync"/> then fails the test with the reason.
    /// </summary>
    public static string? SkipReason => IsRequired ? null : WhyNot;

    /// <summary>Whether this process is the host's root, in a network namespace of its own: what only that may do can be tested.</summary>
    public static bool IsHostRoot =>
        IsInHostUserNamespace && Environment.GetEnvironmentVariable("MPTCP_LAB") == HostRoot;

    static bool IsInHostUserNamespace => new FileInfo("/proc/self/ns/user").LinkTarget == HostUserNamespace;

    static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
            return "the lab needs Linux";
        if (!File.Exists("/proc/sys/net/mptcp/enabled"))
            return "this kernel has no Multipath TCP (CONFIG_MPTCP)";
        if (IsInHostUserNamespace && !IsHostRoot)
            return "this process is in the host's own user namespace: start it with eng/in-namespace";
        if (!HasCapability(SysAdmin) || !HasCapability(NetAdmin))
            return "this process lacks CAP_SYS_ADMIN or CAP_NET_ADMIN in its user namespace: start it with eng/in-namespace";
        foreach (var tool in (ReadOnlySpan<string>)["ip", "setpriv"])
        {
            if (!IsInstalled(tool))
                return $"the tool '{tool}' is not installed (packages iproute2 and util-linux)";
        }

        return null;
    }

    static bool HasCapability(int capability)
    {
        const string Label = "CapEff:";
        var line = File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith(Label, StringComparison.Ordinal));
        var effective = BigInteger.Parse("0" + line[Label.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return !((effective >> capability) & 1).IsZero;
    }

    static bool IsInstalled(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, tool)));
}
