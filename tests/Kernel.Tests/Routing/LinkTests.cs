using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Routing;

namespace Mptcp.Kernel.Tests.Routing;

/// <summary>What happens to links is told and listed, and makes addresses usable or not.</summary>
public class LinkTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task An_address_is_usable_while_its_link_and_the_link_of_the_peer_are_up()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);
        using var server = new RouteProbe(lab.Server);
        Assert.Equal(
            (AddressUsability.Usable, AddressUsability.Usable), (client.UsabilityOf("198.18.1.1"), server.UsabilityOf("198.18.1.2")));

        await lab.Client.CutPathAsync(1, Cancellation);

        await client.FirstAsync<LinkChanged>("path1 down", told => told.Link is { Name: "path1" } link && !link.Flags.HasFlag(LinkFlags.Up));
        await server.FirstAsync<LinkChanged>("path1 without carrier", told => told.Link is { Name: "path1", HasCarrier: false });
        await client.FirstAsync<AddressRemoved>("the IPv6 address gone", told => told.Address.Address.ToString() == "2001:db8:1::1");
        Assert.Equal(AddressUsability.LinkDown, client.UsabilityOf("198.18.1.1"));
        Assert.Equal(AddressUsability.NoCarrier, server.UsabilityOf("198.18.1.2"));
        Assert.Equal(AddressUsability.NoCarrier, server.UsabilityOf("2001:db8:1::2"));
        Assert.Equal(AddressUsability.Usable, server.UsabilityOf("198.18.2.2"));

        var (heard, heardByServer) = (client.Count, server.Count);
        await lab.Client.RestorePathAsync(1, Cancellation);

        await client.FirstAsync<LinkChanged>("path1 operational", told => told.Link is { Name: "path1", IsOperational: true }, heard);
        await server.FirstAsync<LinkChanged>("path1 operational", told => told.Link is { Name: "path1", IsOperational: true }, heardByServer);
        await client.FirstAsync<AddressChanged>("the IPv6 address", told => told.Address.Address.ToString() == "2001:db8:1::1", heard);
        Assert.Equal(AddressUsability.Usable, client.UsabilityOf("2001:db8:1::1"));
        Assert.Equal(AddressUsability.Usable, server.UsabilityOf("198.18.1.2"));
    }

    [LabFact]
    public async Task A_link_is_told_when_it_is_made_renamed_and_removed()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);

        await lab.Client.IpAsync("link add one mtu 1400 type veth peer name two", Cancellation);
        var made = await client.FirstAsync<LinkChanged>("the new link", told => told.Link.Name == "one");
        Assert.Equal(("veth", 1400u), (made.Link.Kind, made.Link.Mtu));
        Assert.Equal(made.Link.Index, client.Tables.FindLink("one")?.Index);

        await lab.Client.IpAsync("link set dev one name three", Cancellation);
        await client.FirstAsync<LinkChanged>("the new name", told => told.Link == made.Link with { Name = "three" });

        await lab.Client.IpAsync("link delete dev three", Cancellation);
        await client.FirstAsync<LinkRemoved>("the end", told => told == new LinkRemoved(made.Link.Index, "three"));
        Assert.DoesNotContain(client.Tables.ListLinks(), link => link.Index == made.Link.Index);
    }

    [LabFact]
    public async Task A_link_that_joins_and_leaves_a_bridge_is_not_told_as_removed()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);
        await lab.Client.IpAsync("link add name hub type bridge", Cancellation);
        var bridge = client.Tables.FindLink("hub")!;

        await lab.Client.IpAsync("link set dev path1 master hub", Cancellation);
        await client.FirstAsync<LinkChanged>("the master", told => told.Link is { Name: "path1" } link && link.MasterIndex == bridge.Index);
        var heard = client.Count;
        await lab.Client.IpAsync("link set dev path1 nomaster", Cancellation);
        await client.FirstAsync<LinkChanged>("no master", told => told.Link is { Name: "path1", MasterIndex: null }, heard);
        await lab.Client.IpAsync("link delete dev hub", Cancellation);

        var removed = await client.FirstAsync<LinkRemoved>("a link that is removed", _ => true);
        Assert.Equal(new LinkRemoved(bridge.Index, "hub"), removed);
    }

    [LabFact]
    public async Task A_link_that_moves_to_another_namespace_is_told_as_removed()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);
        using var server = new RouteProbe(lab.Server);
        await lab.Client.IpAsync("link add mover type veth peer name stays", Cancellation);

        await lab.Client.IpAsync($"link set dev mover netns {lab.Server.NamespacePath}", Cancellation);

        await client.FirstAsync<LinkRemoved>("the link that moved", told => told.Name == "mover");
        await server.FirstAsync<LinkChanged>("the link that moved", told => told.Link.Name == "mover");
    }
}
