namespace Mptcp.Native.Routing;

/// <summary>
/// What an address is, and how its making goes: IFA_F_* of <c>include/uapi/linux/if_addr.h</c>. Bits without a name here stay.
/// </summary>
[Flags]
public enum AddressFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An IPv4 address of a network that the interface has another address of before.</summary>
    Secondary = 0x1,

    /// <summary>Whether others have the IPv6 address is not checked.</summary>
    NoDuplicateDetection = 0x2,

    /// <summary>The IPv6 address may be used while that is checked (RFC 4429).</summary>
    Optimistic = 0x4,

    /// <summary>Somebody else on the link has the IPv6 address.</summary>
    DuplicateDetected = 0x8,

    /// <summary>A home address of Mobile IPv6.</summary>
    Home = 0x10,

    /// <summary>The preferred lifetime is over.</summary>
    Deprecated = 0x20,

    /// <summary>Whether others have the IPv6 address is being checked, or the check has failed.</summary>
    Tentative = 0x40,

    /// <summary>It has no lifetime; somebody set it.</summary>
    Permanent = 0x80,

    /// <summary>Temporary addresses are made beside this one.</summary>
    ManagesTemporary = 0x100,

    /// <summary>It came without a route to its network.</summary>
    NoPrefixRoute = 0x200,

    /// <summary>Its multicast group is joined with it.</summary>
    MulticastAutoJoin = 0x400,

    /// <summary>Its interface part is stable and opaque (RFC 7217).</summary>
    StablePrivacy = 0x800,

    /// <summary>
    /// A temporary IPv6 address that another takes the place of after a time (RFC 8981). The kernel's bit for this is the one
    /// of <see cref="Secondary"/>; here each has its own.
    /// </summary>
    Temporary = 0x8000_0000,
}
