using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Routing;

namespace Mptcp.Kernel.Tests.Routing;

/// <summary>What happens to addresses is told and listed, and makes them usable or not.</summary>
public class AddressTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabTheory]
    [InlineData("198.18.9.1/24", "198.18.9.1")]
    [InlineData("2001:db8:9::1/64 nodad", "2001:db8:9::1")]
    public async Task An_address_is_told_when_it_is_added_and_removed(string added, string address)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);

        await lab.Client.IpAsync($"address add {added} dev path1", Cancellation);
        var told = await client.FirstAsync<AddressChanged>("the new address", told => told.Address.Address.ToString() == address);
        Assert.Equal(lab.Client.GetPath(1).InterfaceIndex, told.Address.InterfaceIndex);
        Assert.Contains(told.Address, client.Tables.ListAddresses());
        Assert.Equal(AddressUsability.Usable, client.UsabilityOf(address));

        await lab.Client.IpAsync($"address delete {added.Split(' ')[0]} dev path1", Cancellation);
        await client.FirstAsync<AddressRemoved>("the address gone", gone => gone.Address == told.Address);
        Assert.DoesNotContain(told.Address, client.Tables.ListAddresses());
    }

    [LabFact]
    public async Task An_IPv6_address_is_usable_when_it_is_known_that_nobody_else_has_it()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        lab.Client.SetSysctl("net.ipv6.conf.path1.accept_dad", "1");
        using var client = new RouteProbe(lab.Client);

        await lab.Client.IpAsync("address add 2001:db8:9::1/64 dev path1", Cancellation);

        var first = await client.FirstAsync<AddressChanged>("the new address", told => told.Address.Address.ToString() == "2001:db8:9::1");
        Assert.Equal(AddressUsability.Tentative, first.Address.UsabilityOn(client.Tables.FindLink("path1")!));
        await client.FirstAsync<AddressChanged>(
            "the end of the check", told => told.Address == first.Address with { Flags = AddressFlags.Permanent });
        Assert.Equal(AddressUsability.Usable, client.UsabilityOf("2001:db8:9::1"));
    }

    [LabFact]
    public async Task An_IPv6_address_that_somebody_else_has_is_not_usable()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        lab.Client.SetSysctl("net.ipv6.conf.path1.accept_dad", "1");
        using var client = new RouteProbe(lab.Client);
        await lab.Server.IpAsync("address add 2001:db8:9::1/64 dev path1 nodad", Cancellation);

        await lab.Client.IpAsync("address add 2001:db8:9::1/64 dev path1", Cancellation);

        await client.FirstAsync<AddressChanged>(
            "the end of the check",
            told => told.Address.Address.ToString() == "2001:db8:9::1" && told.Address.Flags.HasFlag(AddressFlags.DuplicateDetected));
        Assert.Equal(AddressUsability.DuplicateDetected, client.UsabilityOf("2001:db8:9::1"));
    }

    [LabTheory]
    [InlineData("198.18.1.1", "198.18.1.1/24")]
    [InlineData("2001:db8:1::1", "2001:db8:1::1/64")]
    public async Task An_address_whose_preferred_lifetime_is_over_is_deprecated(string address, string withPrefix)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);

        await lab.Client.IpAsync($"address change {withPrefix} dev path1 valid_lft 1000 preferred_lft 0", Cancellation);

        var told = await client.FirstAsync<AddressChanged>("the deprecation", told => told.Address.Address.ToString() == address);
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(1000)), (told.Address.PreferredLifetime, told.Address.ValidLifetime));
        Assert.Equal(AddressUsability.Deprecated, client.UsabilityOf(address));

        await lab.Client.IpAsync($"address change {withPrefix} dev path1 valid_lft forever preferred_lft forever", Cancellation);
        await client.UntilAsync(address, AddressUsability.Usable);
    }

    // The kernel says that its preferred lifetime has no end.
    [LabFact]
    public async Task An_IPv4_address_can_be_deprecated_for_ever()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);
        await lab.Client.IpAsync("address change 198.18.1.1/24 dev path1 valid_lft forever preferred_lft 0", Cancellation);
        Assert.Equal(AddressUsability.Deprecated, client.UsabilityOf("198.18.1.1"));
    }

    [LabFact]
    public async Task A_temporary_address_is_usable_and_told_as_temporary()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        lab.Client.SetSysctl("net.ipv6.conf.path1.use_tempaddr", "2");
        using var client = new RouteProbe(lab.Client);

        await lab.Client.IpAsync("address add 2001:db8:9::1/64 dev path1 mngtmpaddr nodad", Cancellation);

        var told = await client.FirstAsync<AddressChanged>(
            "a temporary address", told => told.Address.Flags.HasFlag(AddressFlags.Temporary) && !told.Address.Flags.HasFlag(AddressFlags.Tentative));
        Assert.True(IPNetwork.Parse("2001:db8:9::/64").Contains(told.Address.Address));
        Assert.Equal(AddressUsability.Usable, client.UsabilityOf(told.Address.Address.ToString()));
        Assert.True(client.Tables.ListAddresses().Single(one => one.Address.ToString() == "2001:db8:9::1").Flags.HasFlag(AddressFlags.ManagesTemporary));
    }

    [LabFact]
    public async Task The_second_address_of_a_network_is_told_as_secondary()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var client = new RouteProbe(lab.Client);

        await lab.Client.IpAsync("address add 198.18.1.77/24 dev path1", Cancellation);

        var told = await client.FirstAsync<AddressChanged>("the second address", told => told.Address.Address.ToString() == "198.18.1.77");
        Assert.Equal(AddressFlags.Secondary | AddressFlags.Permanent, told.Address.Flags);
        Assert.Equal(AddressUsability.Usable, client.UsabilityOf("198.18.1.77"));
    }
}
