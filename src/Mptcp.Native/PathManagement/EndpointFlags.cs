namespace Mptcp.Native.PathManagement;

/// <summary>What the kernel does with an address (<c>MPTCP_PM_ADDR_FLAG_*</c> of <c>include/uapi/linux/mptcp_pm.h</c>).</summary>
[Flags]
public enum EndpointFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Announce it to the peer.</summary>
    Signal = 1,

    /// <summary>Create a subflow from it.</summary>
    Subflow = 2,

    /// <summary>Use its subflows only while no other can carry data.</summary>
    Backup = 4,

    /// <summary>Create subflows from it to every address of the peer.</summary>
    FullMesh = 8,

    /// <summary>The kernel made it for an address that nobody configured.</summary>
    Implicit = 16,

    /// <summary>Use it for subflows to addresses that the peer announces (kernels from 6.18).</summary>
    Laminar = 32,
}
