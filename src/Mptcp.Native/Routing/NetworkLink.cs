namespace Mptcp.Native.Routing;

/// <summary>A network interface (<c>rtnetlink(7)</c>, RTM_NEWLINK).</summary>
/// <param name="Index">Its index, unique within its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record NetworkLink(int Index, string Name)
{
    /// <summary>What hardware it is, or looks like: ARPHRD_* of <c>include/uapi/linux/if_arp.h</c>. Ethernet is 1, loopback 772.</summary>
    public ushort HardwareType { get; init; }

    /// <summary>What makes it, where that is software: "veth", "bridge", "wireguard"; null for hardware and for loopback.</summary>
    public string? Kind { get; init; }

    /// <summary>Its address on the medium, bytes in hexadecimal parted by colons; null where there is none.</summary>
    public string? HardwareAddress { get; init; }

    /// <summary>The largest packet it takes, in bytes.</summary>
    public uint Mtu { get; init; }

    /// <summary>What it is and does.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>Whether packets can pass (RFC 2863, section 3.1.14).</summary>
    public OperationalState State { get; init; }

    /// <summary>Whether it has a carrier: a cable, an association, a peer that is up. Null on kernels before 3.9.</summary>
    public bool? HasCarrier { get; init; }

    /// <summary>The index of the bridge, bond or VRF that it belongs to; null when it belongs to none.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>
    /// The index of the interface it rests on or is paired with, which may be in another namespace; null where there is none.
    /// </summary>
    public int? LowerIndex { get; init; }

    /// <summary>Whether packets of users can pass now: it is up, and the kernel does not know of anything in their way.</summary>
    public bool IsOperational => (Flags & (LinkFlags.Up | LinkFlags.Running)) == (LinkFlags.Up | LinkFlags.Running);
}
