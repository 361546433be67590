namespace Mptcp.Native.Routing;

/// <summary>Whether subflows can begin from an address, and if not, why.</summary>
public enum AddressUsability
{
    /// <summary>They can.</summary>
    Usable,

    /// <summary>The administrator has set the interface down, or never up.</summary>
    LinkDown,

    /// <summary>The interface has no carrier: no cable, no association, or a peer that is down.</summary>
    NoCarrier,

    /// <summary>
    /// The interface has a carrier and lets no packets pass yet: the kernel is about to, or it waits to be let in (802.1X), is
    /// tested, or rests on one that is down.
    /// </summary>
    LinkNotReady,

    /// <summary>Whether the IPv6 address is the only one of its kind on the link is still being checked (RFC 4862, section 5.4).</summary>
    Tentative,

    /// <summary>Somebody else on the link has the IPv6 address. The kernel does not check again by itself.</summary>
    DuplicateDetected,

    /// <summary>The preferred lifetime is over: what uses the address may go on, and nothing new should begin from it.</summary>
    Deprecated,
}
