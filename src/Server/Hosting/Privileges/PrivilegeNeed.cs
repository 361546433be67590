using Mptcp.Native.Privileges;

namespace Mptcp.ControlPlane.Server.Hosting.Privileges;

/// <summary>Capabilities that the daemon needs, and why.</summary>
/// <param name="Capabilities">The capabilities.</param>
/// <param name="Reason">What for, as a phrase that follows their names.</param>
internal sealed record PrivilegeNeed(CapabilitySet Capabilities, string Reason)
{
    /// <summary>What every daemon needs.</summary>
    private static readonly PrivilegeNeed Always = new(CapabilitySet.Of(Capability.NetAdmin), "for the path manager and its events");

    private const int FirstFreePort = 1024; // net.ipv4.ip_unprivileged_port_start, unless it was changed
    private const string Processes = "/proc/";

    /// <summary>Says what a daemon needs that runs like this: nothing but what its configuration asks for.</summary>
    public static IReadOnlyList<PrivilegeNeed> Of(DaemonOptions options)
    {
        var needs = new List<PrivilegeNeed> { Always };
        var others = options.Namespaces.Where(name => name != Kernel.Namespaces.NamespaceSelection.Own).ToList();
        if (others.Count > 0)
            needs.Add(new(CapabilitySet.Of(Capability.SysAdmin), $"to enter the network namespaces {string.Join(", ", others)}"));
        if (others.Exists(name => name.StartsWith(Processes, StringComparison.Ordinal)))
            needs.Add(new(CapabilitySet.Of(Capability.SysPtrace), "to open namespaces by way of processes"));
        if (options.FindsOwners)
            needs.Add(new(CapabilitySet.Of(Capability.SysPtrace, Capability.DacReadSearch), "to tell which process holds a connection (privileges.owners)"));
        if (options.ListensAtLowPorts)
            needs.Add(new(CapabilitySet.Of(Capability.NetBindService), "to listen at announced ports below 1024 (privileges.lowPorts)"));
        else if (options.Listen is { Port: > 0 and < FirstFreePort } listen)
            needs.Add(new(CapabilitySet.Of(Capability.NetBindService), $"to serve at {listen.Authority}"));
        if (options.CongestionTuning)
            needs.Add(new(CapabilitySet.Of(Capability.Bpf, Capability.PerfMon), "to tune congestion control (congestion.tuning)"));
        return needs;
    }

    /// <summary>All capabilities that needs are of.</summary>
    public static CapabilitySet Sum(IEnumerable<PrivilegeNeed> needs)
        => needs.Aggregate(CapabilitySet.None, (all, need) => all.Or(need.Capabilities));
}
