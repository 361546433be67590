using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Interfaces;

/// <summary>
/// Whether two pictures of one thing differ in what watchers are shown. The kernel tells links again though nothing has changed, or
/// something that nobody is shown, and addresses whenever their lifetimes are made longer.
/// </summary>
internal static class Shown
{
    // The last two make addresses usable or not.
    private const LinkFlags LinkTraits = LinkFlags.Up | LinkFlags.Loopback | LinkFlags.PointToPoint | LinkFlags.LowerUp | LinkFlags.Running;

    private static readonly AddressFlags AddressTraits = Enum.GetValues<AddressFlags>().Aggregate((known, flag) => known | flag);

    public static bool IsSame(NetworkLink one, NetworkLink other) => Of(one) == Of(other);

    public static bool IsSame(InterfaceAddress one, InterfaceAddress other) => Of(one) == Of(other);

    private static NetworkLink Of(NetworkLink link) => link with { Flags = link.Flags & LinkTraits, LowerIndex = null };

    private static InterfaceAddress Of(InterfaceAddress address)
        => address with { Flags = address.Flags & AddressTraits, ValidLifetime = null, PreferredLifetime = null };
}
