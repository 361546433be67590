using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Network interfaces and their addresses in words.</summary>
static class InterfaceText
{
    /// <summary>Whether packets can pass an interface, or what keeps them.</summary>
    public static string State(Interface one) => one switch
    {
        { Up: false } => "off",
        { HasCarrier: true, Carrier: false } => "no-carrier",
        _ => EnumText.Format(one.OperationalState),
    };

    /// <summary>How many addresses of an interface are usable, and how many are not for which reason.</summary>
    public static IEnumerable<string> Usabilities(Interface one) => one.Addresses
        .GroupBy(address => address.Usability)
        .OrderBy(group => group.Key)
        .Select(group => string.Create(CultureInfo.InvariantCulture, $"{EnumText.Format(group.Key)}={group.Count()}"));

    /// <summary>An address as <c>ip</c> writes it; empty for none.</summary>
    public static string Address(InterfaceAddress? address) => address is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{address.Address}/{address.PrefixLength}");

    /// <summary>Whether subflows can begin from an address, or what is in their way; empty for none.</summary>
    public static string Usability(InterfaceAddress? address) => address is null ? "" : EnumText.Format(address.Usability);

    /// <summary>What else is special about an address; empty for none.</summary>
    public static string Traits(InterfaceAddress? address) => address is null ? "" : string.Join(',', TraitsOf(address));

    static IEnumerable<string> TraitsOf(InterfaceAddress address)
    {
        if (address.Scope != AddressScope.Global)
            yield return EnumText.Format(address.Scope);
        if (address.Peer.Length > 0)
            yield return "peer=" + address.Peer;
        // The other flags are what the usability says already, or matter to nobody but their maker.
        foreach (var flag in address.Flags.Where(flag => flag is AddressFlag.Secondary or AddressFlag.Temporary or AddressFlag.Optimistic))
            yield return EnumText.Format(flag);
        if (address.PreferredLifetime is { Seconds: > 0 } preferred)
            yield return "preferred=" + Seconds(preferred);
        if (address.ValidLifetime is { } valid)
            yield return "valid=" + Seconds(valid);
    }

    static string Seconds(Duration lifetime) => string.Create(CultureInfo.InvariantCulture, $"{lifetime.Seconds}s");
}
