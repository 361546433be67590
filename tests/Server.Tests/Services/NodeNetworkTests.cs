using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Services;

public sealed class NodeNetworkTests
{
    private static readonly string Name = $"server-tests-{Environment.ProcessId}";

    [LabFact]
    public async Task Interfaces_are_listed_with_their_addresses_and_what_makes_them_unusable()
    {
        await using var host = await ServedLab.StartAsync();
        var first = host.Lab.Client.GetPath(1);
        await host.Lab.Client.IpAsync("address change 198.18.1.1/24 dev path1 valid_lft 1000 preferred_lft 0");
        await host.Lab.Client.IpAsync("address add 198.18.9.1 peer 198.18.9.2/32 dev path1 label path1:x");
        await host.Lab.Client.CutPathAsync(2);

        var interfaces = (await host.Node.ListInterfacesAsync(new ListInterfacesRequest())).Interfaces;

        Assert.Equal(["lo", "path1", "path2"], interfaces.Select(one => one.Name).Order(StringComparer.Ordinal));
        var loopback = interfaces.Single(one => one.Loopback);
        Assert.Equal((1, 65536u, 772u, "", OperationalState.Unknown), (loopback.Index, loopback.Mtu, loopback.HardwareType, loopback.Kind, loopback.OperationalState));
        Assert.Contains(
            new InterfaceAddress
            {
                Address = "127.0.0.1",
                PrefixLength = 8,
                Label = "lo",
                Scope = AddressScope.Host,
                Usability = AddressUsability.Usable,
                Flags = { AddressFlag.Permanent },
            },
            loopback.Addresses);

        var path = interfaces.Single(one => one.Name == "path1");
        Assert.Equal(
            (first.InterfaceIndex, "veth", 1u, 1500u, true, true, OperationalState.Up),
            (path.Index, path.Kind, path.HardwareType, path.Mtu, path.Up, path.Carrier, path.OperationalState));
        Assert.Matches("^([0-9a-f]{2}:){5}[0-9a-f]{2}$", path.HardwareAddress);
        var deprecated = path.Addresses.Single(one => one.Address == "198.18.1.1");
        Assert.Equal(AddressUsability.Deprecated, deprecated.Usability);
        Assert.Equal((0L, true), (deprecated.PreferredLifetime.Seconds, deprecated.ValidLifetime.Seconds is > 900 and <= 1000));
        Assert.Contains(
            new InterfaceAddress
            {
                Address = "198.18.9.1",
                PrefixLength = 32,
                Peer = "198.18.9.2",
                Label = "path1:x",
                Scope = AddressScope.Global,
                Usability = AddressUsability.Usable,
                Flags = { AddressFlag.Permanent },
            },
            path.Addresses);
        Assert.Equal(AddressScope.Link, path.Addresses.Single(one => one.Address.StartsWith("fe80:", StringComparison.Ordinal)).Scope);

        var cut = interfaces.Single(one => one.Name == "path2");
        Assert.Equal((false, OperationalState.Down), (cut.Up, cut.OperationalState));
        Assert.Equal([AddressUsability.LinkDown], cut.Addresses.Select(one => one.Usability));
    }

    [LabFact]
    public async Task The_interfaces_of_another_namespace_are_listed_by_its_name()
    {
        await using var host = await ServedLab.StartAsync();
        var request = new ListInterfacesRequest { Namespace = host.Lab.Server.NamespacePath };
        var addresses = (await host.Node.ListInterfacesAsync(request)).Interfaces.SelectMany(one => one.Addresses).Select(one => one.Address).ToList();
        Assert.Contains("198.18.1.2", addresses);
        Assert.DoesNotContain("198.18.1.1", addresses);

        await host.Node.ListInterfacesAsync(new ListInterfacesRequest { Namespace = "nosuch" })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.NamespaceUnknown);
    }

    [LabFact]
    public async Task Namespaces_are_listed_whether_they_are_served_or_only_named()
    {
        await using var host = await ServedLab.StartAsync();
        host.Lab.Server.AttachName(Name);

        var namespaces = (await host.Node.ListNamespacesAsync(new ListNamespacesRequest())).Namespaces;

        Assert.Equal(
            [(host.Lab.Client.NamespacePath, true), (host.Lab.Server.NamespacePath, false)],
            namespaces.Take(2).Select(one => (one.Name, one.Default)));
        Assert.All(namespaces.Take(2), one => Assert.True(one.Served));
        var named = namespaces.Skip(2).Single(one => one.Name == Name);
        Assert.Equal((false, false, false), (named.Served, named.Default, named.Own));
        Assert.Equal(namespaces[1].Inode, named.Inode);
        Assert.NotEqual(namespaces[0].Inode, named.Inode);

        host.Lab.Server.DetachName(Name);
        Assert.DoesNotContain((await host.Node.ListNamespacesAsync(new ListNamespacesRequest())).Namespaces, one => one.Name == Name);
    }
}
