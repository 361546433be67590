using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Mptcp.Native.Routing;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Network interfaces and their addresses as answers show them.</summary>
internal static class InterfaceMapping
{
    private static readonly (AddressFlags Flag, Proto.AddressFlag Name)[] FlagNames =
    [
        (AddressFlags.Secondary, Proto.AddressFlag.Secondary),
        (AddressFlags.Temporary, Proto.AddressFlag.Temporary),
        (AddressFlags.NoDuplicateDetection, Proto.AddressFlag.NoDuplicateDetection),
        (AddressFlags.Optimistic, Proto.AddressFlag.Optimistic),
        (AddressFlags.DuplicateDetected, Proto.AddressFlag.DuplicateDetected),
        (AddressFlags.Home, Proto.AddressFlag.Home),
        (AddressFlags.Deprecated, Proto.AddressFlag.Deprecated),
        (AddressFlags.Tentative, Proto.AddressFlag.Tentative),
        (AddressFlags.Permanent, Proto.AddressFlag.Permanent),
        (AddressFlags.ManagesTemporary, Proto.AddressFlag.ManagesTemporary),
        (AddressFlags.NoPrefixRoute, Proto.AddressFlag.NoPrefixRoute),
        (AddressFlags.MulticastAutoJoin, Proto.AddressFlag.MulticastAutoJoin),
        (AddressFlags.StablePrivacy, Proto.AddressFlag.StablePrivacy),
    ];

    public static Proto.Interface ToProto(NetworkInterface networkInterface)
    {
        var link = networkInterface.Link;
        var result = new Proto.Interface
        {
            Index = link.Index,
            Name = link.Name,
            Kind = link.Kind ?? "",
            HardwareType = link.HardwareType,
            HardwareAddress = link.HardwareAddress ?? "",
            Mtu = link.Mtu,
            Up = link.Flags.HasFlag(LinkFlags.Up),
            OperationalState = ToProto(link.State),
            Loopback = link.Flags.HasFlag(LinkFlags.Loopback),
            PointToPoint = link.Flags.HasFlag(LinkFlags.PointToPoint),
            MasterIndex = link.MasterIndex ?? 0,
            Addresses = { networkInterface.Addresses.Select(address => ToProto(address, link)) },
        };
        if (link.HasCarrier is { } carrier)
            result.Carrier = carrier;
        return result;
    }

    public static Proto.LocalAddress ToProto(LocalAddress local) => new()
    {
        InterfaceIndex = local.Link.Index,
        InterfaceName = local.Link.Name,
        Address = ToProto(local.Address, local.Link),
    };

    private static Proto.InterfaceAddress ToProto(InterfaceAddress address, NetworkLink link) => new()
    {
        Address = address.Address.ToString(),
        PrefixLength = address.PrefixLength,
        Peer = address.Peer?.ToString() ?? "",
        Label = address.Label ?? "",
        Scope = ToProto(address.Scope),
        Usability = ToProto(address.UsabilityOn(link)),
        Flags = { FlagNames.Where(one => address.Flags.HasFlag(one.Flag)).Select(one => one.Name) },
        ValidLifetime = ToProto(address.ValidLifetime),
        PreferredLifetime = ToProto(address.PreferredLifetime),
    };

    private static Duration? ToProto(TimeSpan? lifetime) => lifetime is { } left ? Duration.FromTimeSpan(left) : null;

    private static Proto.OperationalState ToProto(OperationalState state) => state switch
    {
        OperationalState.Unknown => Proto.OperationalState.Unknown,
        OperationalState.NotPresent => Proto.OperationalState.NotPresent,
        OperationalState.Down => Proto.OperationalState.Down,
        OperationalState.LowerLayerDown => Proto.OperationalState.LowerLayerDown,
        OperationalState.Testing => Proto.OperationalState.Testing,
        OperationalState.Dormant => Proto.OperationalState.Dormant,
        OperationalState.Up => Proto.OperationalState.Up,
        _ => Proto.OperationalState.Unspecified,
    };

    private static Proto.AddressScope ToProto(AddressScope scope) => scope switch
    {
        AddressScope.Global => Proto.AddressScope.Global,
        AddressScope.Site => Proto.AddressScope.Site,
        AddressScope.Link => Proto.AddressScope.Link,
        AddressScope.Host => Proto.AddressScope.Host,
        AddressScope.Nowhere => Proto.AddressScope.Nowhere,
        _ => Proto.AddressScope.Unspecified,
    };

    public static Proto.AddressUsability ToProto(AddressUsability usability) => usability switch
    {
        AddressUsability.Usable => Proto.AddressUsability.Usable,
        AddressUsability.LinkDown => Proto.AddressUsability.LinkDown,
        AddressUsability.NoCarrier => Proto.AddressUsability.NoCarrier,
        AddressUsability.LinkNotReady => Proto.AddressUsability.LinkNotReady,
        AddressUsability.Tentative => Proto.AddressUsability.Tentative,
        AddressUsability.DuplicateDetected => Proto.AddressUsability.DuplicateDetected,
        AddressUsability.Deprecated => Proto.AddressUsability.Deprecated,
        _ => Proto.AddressUsability.Unspecified,
    };
}
