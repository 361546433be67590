using System.Net;
using Mptcp.ControlPlane.Server.Security.Limits.Connections;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits.Connections;

public sealed class PeerTests
{
    [Theory]
    [InlineData("198.18.0.7", "198.18.0.7")]
    [InlineData("::ffff:198.18.0.7", "198.18.0.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    public void Connections_are_counted_by_what_one_host_has(string address, string network)
        => Assert.Equal(network, Peer.NetworkOf(IPAddress.Parse(address)));
}
