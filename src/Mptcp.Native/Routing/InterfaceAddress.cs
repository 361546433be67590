using System.Net;

namespace Mptcp.Native.Routing;

/// <summary>An address of a network interface (<c>rtnetlink(7)</c>, RTM_NEWADDR).</summary>
/// <param name="InterfaceIndex">The index of the interface.</param>
/// <param name="Address">The host's own address; a link-local one without its scope, which <paramref name="InterfaceIndex"/> is.</param>
/// <param name="PrefixLength">How many leading bits the addresses on the link share.</param>
public sealed record InterfaceAddress(int InterfaceIndex, IPAddress Address, byte PrefixLength)
{
    /// <summary>How far it is valid.</summary>
    public AddressScope Scope { get; init; }

    /// <summary>What it is, and how its making goes.</summary>
    public AddressFlags Flags { get; init; }

    /// <summary>The address of the one peer that it leads to; null when it leads to a network.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>The name it was given, which begins with the interface's; null for IPv6 and where it has none.</summary>
    public string? Label { get; init; }

    /// <summary>For how long it will still be there, in whole seconds, when it was told; null for ever.</summary>
    public TimeSpan? ValidLifetime { get; init; }

    /// <summary>
    /// For how long it will still be used for new connections, in whole seconds; null for ever. Kernels say "for ever" of an
    /// IPv4 address that is deprecated for ever: <see cref="AddressFlags.Deprecated"/> is what to go by.
    /// </summary>
    public TimeSpan? PreferredLifetime { get; init; }

    /// <summary>
    /// Says whether subflows can begin from the address, or the first thing in their way: the link's trouble before the
    /// address's own. A temporary address is usable, and so is an optimistic one whose uniqueness is still being checked.
    /// </summary>
    /// <param name="link">The interface that it is of.</param>
    /// <exception cref="ArgumentException">The link is another one.</exception>
    public AddressUsability UsabilityOn(NetworkLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        if (link.Index != InterfaceIndex)
            throw new ArgumentException($"{Address} is of the interface {InterfaceIndex}, not of {link.Index}", nameof(link));

        if (!link.Flags.HasFlag(LinkFlags.Up))
            return AddressUsability.LinkDown;
        if (!link.Flags.HasFlag(LinkFlags.LowerUp))
            return AddressUsability.NoCarrier;
        if (!link.IsOperational)
            return AddressUsability.LinkNotReady;
        // A duplicate stays tentative.
        if (Flags.HasFlag(AddressFlags.DuplicateDetected))
            return AddressUsability.DuplicateDetected;
        if ((Flags & (AddressFlags.Tentative | AddressFlags.Optimistic)) == AddressFlags.Tentative)
            return AddressUsability.Tentative;
        return Flags.HasFlag(AddressFlags.Deprecated) ? AddressUsability.Deprecated : AddressUsability.Usable;
    }
}
