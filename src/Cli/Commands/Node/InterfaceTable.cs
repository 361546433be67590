using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Network interfaces as a table, a row for each address.</summary>
static class InterfaceTable
{
    public static TextTable Of(IEnumerable<Interface> interfaces)
    {
        var table = new TextTable("INTERFACE", "INDEX", "STATE", "MTU", "ADDRESS", "USABILITY", "TRAITS");
        foreach (var one in interfaces)
        {
            foreach (var address in one.Addresses.DefaultIfEmpty())
            {
                table.Row(
                    one.Name,
                    one.Index.ToString(CultureInfo.InvariantCulture),
                    StateOf(one),
                    NumberText.Format(one.Mtu),
                    address is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{address.Address}/{address.PrefixLength}"),
                    address is null ? "" : EnumText.Format(address.Usability),
                    address is null ? "" : string.Join(',', TraitsOf(address)));
            }
        }

        return table;
    }

    static string StateOf(Interface one) => one switch
    {
        { Up: false } => "off",
        { HasCarrier: true, Carrier: false } => "no-carrier",
        _ => EnumText.Format(one.OperationalState),
    };

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
