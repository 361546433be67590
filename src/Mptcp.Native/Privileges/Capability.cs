namespace Mptcp.Native.Privileges;

/// <summary>A capability of <c>capabilities(7)</c> that the product has a use for; the values are the kernel's numbers.</summary>
public enum Capability
{
    /// <summary>CAP_DAC_READ_SEARCH: to read every file.</summary>
    DacReadSearch = 2,

    /// <summary>CAP_SETGID: to become a member of groups.</summary>
    SetGid = 6,

    /// <summary>CAP_SETPCAP: to reduce the bounding set.</summary>
    SetPcap = 8,

    /// <summary>CAP_NET_BIND_SERVICE: to listen at ports below 1024.</summary>
    NetBindService = 10,

    /// <summary>CAP_NET_ADMIN: the path manager and its events.</summary>
    NetAdmin = 12,

    /// <summary>CAP_SYS_PTRACE: to look into every process.</summary>
    SysPtrace = 19,

    /// <summary>CAP_SYS_ADMIN: to enter namespaces, among much else.</summary>
    SysAdmin = 21,

    /// <summary>CAP_PERFMON: what tracing programs of BPF may do.</summary>
    PerfMon = 38,

    /// <summary>CAP_BPF: to load programs of BPF.</summary>
    Bpf = 39,
}
