using System.Net;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping;

public sealed class AddressParsingTests
{
    [Theory]
    [InlineData("198.18.0.1", "198.18.0.1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("::ffff:198.18.0.1", "198.18.0.1")]
    [InlineData("::ffff:c612:1", "198.18.0.1")]
    [InlineData("fe80::1", "fe80::1")]
    public void An_address_of_a_host_is_taken_and_shown_in_canonical_text(string text, string canonical)
    {
        var violations = new RequestViolations();
        var address = AddressParsing.ParseAddress(text, "address", violations);
        violations.ThrowIfAny();
        Assert.Equal(canonical, AddressMapping.ToText(address!));
    }

    [Theory]
    [InlineData("", "is required")]
    [InlineData("nonsense", "must be an IPv4 or IPv6 address")]
    [InlineData("host.example", "must be an IPv4 or IPv6 address")]
    [InlineData("1", "must be an IPv4 or IPv6 address")]
    [InlineData("0x7f.1", "must be an IPv4 or IPv6 address")]
    [InlineData("198.18.1", "must be an IPv4 or IPv6 address")]
    [InlineData("198.018.0.1", "must be an IPv4 or IPv6 address")]
    [InlineData("198.18.0.1:80", "must be an IPv4 or IPv6 address")]
    [InlineData("[2001:db8::1]", "must be an IPv4 or IPv6 address")]
    [InlineData("2001:db8::/32", "must be an IPv4 or IPv6 address")]
    [InlineData(" 198.18.0.1", "must be an IPv4 or IPv6 address")]
    [InlineData("fe80::1%eth0", "must be without a scope id")]
    [InlineData("0.0.0.0", "stands for any")]
    [InlineData("::", "stands for any")]
    [InlineData("::ffff:0.0.0.0", "stands for any")]
    [InlineData("224.0.0.1", "reaches many")]
    [InlineData("239.255.255.255", "reaches many")]
    [InlineData("::ffff:224.0.0.1", "reaches many")]
    [InlineData("255.255.255.255", "reaches many")]
    [InlineData("ff02::1", "reaches many")]
    public void What_is_no_address_of_one_host_is_refused_with_what_is_wrong_about_it(string text, string problem)
    {
        var violations = new RequestViolations();
        Assert.Null(AddressParsing.ParseAddress(text, "local.address", violations));
        var violation = Assert.Single(Assert.Throws<ControlPlaneException>(violations.ThrowIfAny).Violations);
        Assert.Equal("local.address", violation.Field);
        Assert.Contains(problem, violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_point_is_refused_for_its_address_and_its_port_at_once()
    {
        var violations = new RequestViolations();
        Assert.Null(AddressParsing.ParseEndPoint(
            new SocketAddress { Address = "::", Port = 65536 }, "remote", PortRule.Required, violations));
        Assert.Null(AddressParsing.ParseEndPoint(null, "local", PortRule.Optional, violations));
        Assert.Equal(
            ["remote.address", "remote.port", "local"],
            Assert.Throws<ControlPlaneException>(violations.ThrowIfAny).Violations.Select(violation => violation.Field));
    }

    [Theory]
    [InlineData(0u, PortRule.Optional, true)]
    [InlineData(0u, PortRule.Required, false)]
    [InlineData(1u, PortRule.Required, true)]
    [InlineData(65535u, PortRule.Required, true)]
    [InlineData(65536u, PortRule.Optional, false)]
    [InlineData(uint.MaxValue, PortRule.Optional, false)]
    public void A_port_is_within_its_range(uint port, object rule, bool right)
    {
        var violations = new RequestViolations();
        var endPoint = AddressParsing.ParseEndPoint(
            new SocketAddress { Address = "198.18.0.1", Port = port }, "remote", (PortRule)rule, violations);
        Assert.Equal(right, !violations.Any);
        Assert.Equal(right ? new IPEndPoint(IPAddress.Parse("198.18.0.1"), (int)port) : null, endPoint);
    }

    [Theory]
    [InlineData(0u, 0, true)]
    [InlineData(0u, 1, false)]
    [InlineData(255u, 1, true)]
    [InlineData(256u, 0, false)]
    public void An_id_is_within_its_range(uint id, byte lowest, bool right)
    {
        var violations = new RequestViolations();
        Assert.Equal(right ? (byte)id : null, AddressParsing.ParseId(id, lowest, "id", violations));
        Assert.Equal(right, !violations.Any);
    }

    [Fact]
    public void What_is_not_known_is_shown_empty()
    {
        Assert.Equal(new SocketAddress(), AddressMapping.ToProto(null));
        Assert.Equal(
            new SocketAddress { Address = "198.18.0.1", Port = 80 },
            AddressMapping.ToProto(new IPEndPoint(IPAddress.Parse("::ffff:198.18.0.1"), 80)));
    }
}
