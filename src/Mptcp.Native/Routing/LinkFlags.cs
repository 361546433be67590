namespace Mptcp.Native.Routing;

/// <summary>What a network interface is and does: IFF_* of <c>include/uapi/linux/if.h</c>. Bits without a name here stay.</summary>
[Flags]
public enum LinkFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The administrator has set it up.</summary>
    Up = 0x1,

    /// <summary>It can broadcast.</summary>
    Broadcast = 0x2,

    /// <summary>It leads to the host itself.</summary>
    Loopback = 0x8,

    /// <summary>It leads to one peer.</summary>
    PointToPoint = 0x10,

    /// <summary>Its operational state is up, or not known.</summary>
    Running = 0x40,

    /// <summary>It resolves no addresses.</summary>
    NoAddressResolution = 0x80,

    /// <summary>It is part of a bond.</summary>
    Slave = 0x800,

    /// <summary>It can multicast.</summary>
    Multicast = 0x1000,

    /// <summary>The driver says that what is below it is up: it has its carrier.</summary>
    LowerUp = 0x1_0000,

    /// <summary>The driver says that it waits for something outside, such as being let in.</summary>
    Dormant = 0x2_0000,
}
