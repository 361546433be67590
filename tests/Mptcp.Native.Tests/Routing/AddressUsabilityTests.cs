using System.Net;
using Mptcp.Native.Routing;

namespace Mptcp.Native.Tests.Routing;

public class AddressUsabilityTests
{
    private const LinkFlags Ready = LinkFlags.Up | LinkFlags.LowerUp | LinkFlags.Running;

    private static readonly NetworkLink Link = new(2, "eth0") { Flags = Ready, State = OperationalState.Up };
    private static readonly InterfaceAddress Address = new(2, IPAddress.Parse("2001:db8::1"), 64);

    [Theory]
    [InlineData(LinkFlags.None, AddressUsability.LinkDown)]
    [InlineData(LinkFlags.LowerUp | LinkFlags.Running, AddressUsability.LinkDown)]
    [InlineData(LinkFlags.Up, AddressUsability.NoCarrier)]
    [InlineData(LinkFlags.Up | LinkFlags.LowerUp, AddressUsability.LinkNotReady)]
    [InlineData(LinkFlags.Up | LinkFlags.LowerUp | LinkFlags.Dormant, AddressUsability.LinkNotReady)]
    [InlineData(Ready, AddressUsability.Usable)]
    [InlineData(Ready | LinkFlags.Loopback, AddressUsability.Usable)]
    public void The_link_must_let_packets_through(LinkFlags flags, AddressUsability usability)
        => Assert.Equal(usability, Address.UsabilityOn(Link with { Flags = flags }));

    [Theory]
    [InlineData(AddressFlags.Permanent, AddressUsability.Usable)]
    [InlineData(AddressFlags.Secondary, AddressUsability.Usable)]
    [InlineData(AddressFlags.Temporary | AddressFlags.StablePrivacy, AddressUsability.Usable)]
    [InlineData(AddressFlags.Tentative, AddressUsability.Tentative)]
    [InlineData(AddressFlags.Tentative | AddressFlags.Optimistic, AddressUsability.Usable)]
    [InlineData(AddressFlags.Tentative | AddressFlags.DuplicateDetected, AddressUsability.DuplicateDetected)]
    [InlineData(AddressFlags.Tentative | AddressFlags.Optimistic | AddressFlags.DuplicateDetected, AddressUsability.DuplicateDetected)]
    [InlineData(AddressFlags.Deprecated, AddressUsability.Deprecated)]
    [InlineData(AddressFlags.Deprecated | AddressFlags.Tentative, AddressUsability.Tentative)]
    [InlineData(AddressFlags.Deprecated | AddressFlags.Temporary, AddressUsability.Deprecated)]
    public void The_address_must_be_the_hosts_own_for_good(AddressFlags flags, AddressUsability usability)
        => Assert.Equal(usability, (Address with { Flags = flags }).UsabilityOn(Link));

    // The state follows the carrier a moment later; unknown is what loopback and tunnels say for ever.
    [Fact]
    public void Links_that_do_not_tell_their_state_are_usable()
        => Assert.Equal(AddressUsability.Usable, Address.UsabilityOn(Link with { State = OperationalState.Unknown }));

    [Fact]
    public void The_links_trouble_goes_before_the_addresses_own() => Assert.Equal(
        AddressUsability.NoCarrier,
        (Address with { Flags = AddressFlags.Tentative | AddressFlags.DuplicateDetected }).UsabilityOn(Link with { Flags = LinkFlags.Up }));

    [Fact]
    public void The_link_must_be_the_addresses_own()
        => Assert.Throws<ArgumentException>(() => Address.UsabilityOn(Link with { Index = 3 }));
}
