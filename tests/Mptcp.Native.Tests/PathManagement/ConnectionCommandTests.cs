using System.Net;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.PathManagement.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;

namespace Mptcp.Native.Tests.PathManagement;

public class ConnectionCommandTests
{
    private const uint Client = 0x3b54798d, Server = 0x81378a3a, ClientIPv6 = 0xa2846b1e, ServerIPv6 = 0x432b6fb2;

    private static readonly Endpoint First = Address("198.18.1.4", 5), Second = Address("198.18.1.5", 6, 8100);
    private static readonly Endpoint FirstIPv6 = Address("2001:db8::4", 5), SecondIPv6 = Address("2001:db8::5", 6, 8100);

    [Fact]
    public void Announcing_an_IPv4_address() => Sends(ConnectionRequests.Announce, manager => manager.Announce(Server, First));

    [Fact]
    public void Announcing_an_IPv6_address()
        => Sends(ConnectionRequestsIPv6.Announce, manager => manager.Announce(ServerIPv6, FirstIPv6));

    [Fact]
    public void Announcing_an_IPv4_address_with_a_port()
        => Sends(ConnectionRequests.AnnounceWithPort, manager => manager.Announce(Server, Second));

    [Fact]
    public void Announcing_an_IPv6_address_with_a_port()
        => Sends(ConnectionRequestsIPv6.AnnounceWithPort, manager => manager.Announce(ServerIPv6, SecondIPv6));

    [Fact]
    public void An_announcement_has_the_flag_that_the_kernel_insists_on()
        => Sends(ConnectionRequests.Announce, manager => manager.Announce(Server, First with { Flags = EndpointFlags.None }));

    [Fact]
    public void Withdrawing_an_address() => Sends(ConnectionRequests.Withdraw, manager => manager.Withdraw(Server, 6));

    [Fact]
    public void Withdrawing_an_address_of_an_IPv6_connection()
        => Sends(ConnectionRequestsIPv6.Withdraw, manager => manager.Withdraw(ServerIPv6, 6));

    [Fact]
    public void Withdrawing_the_initial_address()
        => Sends(ConnectionRequests.WithdrawInitial, manager => manager.Withdraw(Client, 0));

    [Fact]
    public void Withdrawing_the_initial_address_of_an_IPv6_connection()
        => Sends(ConnectionRequestsIPv6.WithdrawInitial, manager => manager.Withdraw(ClientIPv6, 0));

    [Fact]
    public void Listing_the_local_addresses_of_an_IPv4_connection()
        => Assert.Equal([First, Second], Lists(ConnectionRequests.List, ConnectionReplies.List, Server));

    [Fact]
    public void Listing_the_local_addresses_of_an_IPv6_connection()
        => Assert.Equal([FirstIPv6, SecondIPv6], Lists(ConnectionRequestsIPv6.List, ConnectionReplies.ListIPv6, ServerIPv6));

    [Fact]
    public void Reading_a_local_address_of_an_IPv4_connection()
        => Assert.Equal(Second, Asks(ConnectionRequests.Get, ConnectionReplies.Get, manager => manager.GetLocalAddress(Server, 6)));

    [Fact]
    public void Reading_a_local_address_of_an_IPv6_connection() => Assert.Equal(
        SecondIPv6,
        Asks(ConnectionRequestsIPv6.Get, ConnectionReplies.GetIPv6, manager => manager.GetLocalAddress(ServerIPv6, 6)));

    private static Endpoint Address(string address, byte id, ushort port = 0)
        => new(IPAddress.Parse(address)) { Id = id, Port = port, Flags = EndpointFlags.Signal };

    private static void Sends(byte[] request, Action<PathManager> command)
        => KernelScript.WithPathManager().Expect(request, AcknowledgementBytes.Success).Run(command);

    private static T Asks<T>(byte[] request, byte[] reply, Func<PathManager, T> question)
        => KernelScript.WithPathManager().Expect(request, reply, AcknowledgementBytes.Success).Run(question);

    private static IReadOnlyList<Endpoint> Lists(byte[] request, byte[] reply, uint token)
        => KernelScript.WithPathManager()
            .Expect(request, reply, AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.ListLocalAddresses(token));
}
