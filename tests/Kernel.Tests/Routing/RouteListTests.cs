using System.Globalization;
using System.Text.Json;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;

namespace Mptcp.Kernel.Tests.Routing;

/// <summary>Lists are what iproute2 says, and are what is left to go by when changes were lost.</summary>
public class RouteListTests
{
    const int SmallestBuffer = 1;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Links_and_addresses_are_what_ip_says()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 3, cancellationToken: Cancellation);
        await lab.Client.IpAsync("link add name hub type bridge", Cancellation);
        await lab.Client.IpAsync("link set dev path3 master hub", Cancellation);
        await lab.Client.IpAsync("address add 198.18.9.1 peer 198.18.9.2 dev path2 label path2:x", Cancellation);
        await lab.Client.IpAsync("address add 198.18.1.9/24 dev path1 valid_lft 10000 preferred_lft 0", Cancellation);
        await lab.Client.CutPathAsync(1, Cancellation);
        using var tables = RouteTables.Open(NetworkNamespace.Find(lab.Client.NamespacePath));

        using var said = JsonDocument.Parse(await lab.Client.IpAsync("-json -details address show", Cancellation));
        var links = tables.ListLinks();
        var addresses = tables.ListAddresses();

        Assert.Equal(said.RootElement.EnumerateArray().Select(Link).Order(), links.Select(link => Link(link, links)).Order());
        Assert.Equal(
            said.RootElement.EnumerateArray().SelectMany(link => link.GetProperty("addr_info").EnumerateArray().Select(one => Address(link, one))),
            links.SelectMany(link => addresses.Where(one => one.InterfaceIndex == link.Index)).Select(Address));
        Assert.All(links, link => Assert.Equal(link, tables.FindLink(link.Name)));
    }

    [LabFact]
    public async Task Changes_that_were_lost_are_told_as_lost_and_the_list_has_them()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var networkNamespace = NetworkNamespace.Find(lab.Client.NamespacePath);
        using var events = RouteEvents.Subscribe(networkNamespace, SmallestBuffer);
        using var tables = RouteTables.Open(networkNamespace);
        for (var i = 1; i <= 100; i++)
            await lab.Client.IpAsync($"address add 198.18.9.{i}/32 dev path1", Cancellation);

        var told = new List<RouteEvent>();
        Assert.Equal(EventReceipt.Overflowed, events.Receive(told, most: 1000));
        Assert.Equal(EventReceipt.Drained, events.Receive(told, most: 1000));
        Assert.InRange(told.Count, 0, 99);
        Assert.Equal(100, tables.ListAddresses().Count(one => one.Address.ToString().StartsWith("198.18.9.", StringComparison.Ordinal)));

        await lab.Client.IpAsync("address delete 198.18.9.1/32 dev path1", Cancellation);
        told.Clear();
        Assert.Equal(EventReceipt.Drained, events.Receive(told, most: 1000));
        Assert.Equal("198.18.9.1", Assert.IsType<AddressRemoved>(Assert.Single(told)).Address.Address.ToString());
    }

    [LabFact]
    public async Task No_more_changes_are_taken_than_are_asked_for()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var events = RouteEvents.Subscribe(NetworkNamespace.Find(lab.Client.NamespacePath), receiveBuffer: 1 << 20);
        for (var i = 1; i <= 3; i++)
            await lab.Client.IpAsync($"address add 198.18.9.{i}/32 dev path1", Cancellation);

        var told = new List<RouteEvent>();
        Assert.Equal((EventReceipt.More, 2), (events.Receive(told, most: 2), told.Count));
        Assert.Equal((EventReceipt.Drained, 3), (events.Receive(told, most: 2), told.Count));
        Assert.True(events.ReceiveBuffer >= 1 << 18);
    }

    static string Link(JsonElement link) => string.Join(
        ' ',
        link.GetProperty("ifindex").GetInt32(),
        link.GetProperty("ifname").GetString(),
        link.GetProperty("link_type").GetString() == "loopback" ? 772 : 1,
        link.TryGetProperty("linkinfo", out var information) ? information.GetProperty("info_kind").GetString() : "-",
        link.GetProperty("address").GetString(),
        link.GetProperty("mtu").GetInt32(),
        link.GetProperty("operstate").GetString(),
        link.TryGetProperty("master", out var master) ? master.GetString() : "-",
        link.TryGetProperty("link_index", out var lower) ? lower.GetInt32() : "-",
        string.Join(',', link.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()).Where(IsKnown).Order()));

    static string Link(NetworkLink link, IReadOnlyList<NetworkLink> links) => string.Join(
        ' ',
        link.Index,
        link.Name,
        link.HardwareType,
        link.Kind ?? "-",
        link.HardwareAddress,
        link.Mtu,
        link.State.ToString().ToUpperInvariant(),
        links.FirstOrDefault(one => one.Index == link.MasterIndex)?.Name ?? "-",
        link.LowerIndex?.ToString(CultureInfo.InvariantCulture) ?? "-",
        string.Join(',', FlagNames(link.Flags).Order()));

    static string Address(JsonElement link, JsonElement address) => string.Join(
        ' ',
        link.GetProperty("ifindex").GetInt32(),
        address.GetProperty("local").GetString(),
        address.TryGetProperty("address", out var peer) ? peer.GetString() : "-",
        address.GetProperty("prefixlen").GetInt32(),
        address.GetProperty("scope").GetString(),
        address.TryGetProperty("label", out var label) ? label.GetString() : "-",
        address.TryGetProperty("dynamic", out _) ? "dynamic" : "permanent",
        address.TryGetProperty("deprecated", out _) ? "deprecated" : "",
        Seconds(address.GetProperty("preferred_life_time").GetUInt32()),
        address.TryGetProperty("dynamic", out _) ? "some" : Seconds(address.GetProperty("valid_life_time").GetUInt32()));

    static string Address(InterfaceAddress address) => string.Join(
        ' ',
        address.InterfaceIndex,
        address.Address,
        address.Peer?.ToString() ?? "-",
        address.PrefixLength,
        address.Scope.ToString().ToLowerInvariant(),
        address.Label ?? "-",
        address.Flags.HasFlag(AddressFlags.Permanent) ? "permanent" : "dynamic",
        address.Flags.HasFlag(AddressFlags.Deprecated) ? "deprecated" : "",
        Seconds((uint?)address.PreferredLifetime?.TotalSeconds ?? uint.MaxValue),
        address.Flags.HasFlag(AddressFlags.Permanent) ? Seconds((uint?)address.ValidLifetime?.TotalSeconds ?? uint.MaxValue) : "some");

    static string Seconds(uint seconds) => seconds == uint.MaxValue ? "forever" : seconds.ToString(CultureInfo.InvariantCulture);

    static bool IsKnown(string? flag) => flag is "UP" or "BROADCAST" or "LOOPBACK" or "MULTICAST" or "LOWER_UP";

    static IEnumerable<string> FlagNames(LinkFlags flags)
    {
        (LinkFlags Flag, string Name)[] names =
        [
            (LinkFlags.Up, "UP"), (LinkFlags.Broadcast, "BROADCAST"), (LinkFlags.Loopback, "LOOPBACK"), (LinkFlags.Multicast, "MULTICAST"),
            (LinkFlags.LowerUp, "LOWER_UP"),
        ];
        return names.Where(one => flags.HasFlag(one.Flag)).Select(one => one.Name);
    }
}
