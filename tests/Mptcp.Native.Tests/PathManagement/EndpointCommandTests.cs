using System.Net;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.PathManagement.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;

namespace Mptcp.Native.Tests.PathManagement;

public class EndpointCommandTests
{
    private static readonly Endpoint IPv4 = new(IPAddress.Parse("198.18.1.3"))
    {
        Id = 7,
        Flags = EndpointFlags.Subflow | EndpointFlags.Backup,
        InterfaceIndex = 1,
    };

    private static readonly Endpoint IPv6 = new(IPAddress.Parse("2001:db8::3"))
    {
        Id = 9,
        Port = 4433,
        Flags = EndpointFlags.Signal,
    };

    private static readonly Endpoint WithoutId = new(IPAddress.Parse("198.18.1.4"))
    {
        Flags = EndpointFlags.Subflow | EndpointFlags.FullMesh,
    };

    [Fact]
    public void Adding_an_IPv4_endpoint() => Sends(EndpointRequests.Add, manager => manager.AddEndpoint(IPv4));

    [Fact]
    public void Adding_an_IPv6_endpoint() => Sends(EndpointRequests.AddIPv6, manager => manager.AddEndpoint(IPv6));

    [Fact]
    public void Adding_an_endpoint_leaves_the_choice_of_an_id_to_the_kernel()
        => Sends(EndpointRequests.AddWithoutId, manager => manager.AddEndpoint(WithoutId));

    [Fact]
    public void Reading_an_IPv4_endpoint()
        => Assert.Equal(IPv4, Asks(EndpointRequests.Get, EndpointReplies.Get, manager => manager.GetEndpoint(7)));

    [Fact]
    public void Reading_an_IPv6_endpoint()
    {
        var request = EndpointRequests.Get;
        request[^4] = 9;
        Assert.Equal(IPv6, Asks(request, EndpointReplies.GetIPv6, manager => manager.GetEndpoint(9)));
    }

    [Fact]
    public void Listing_endpoints()
    {
        var endpoints = KernelScript.WithPathManager()
            .Expect(EndpointRequests.List, EndpointReplies.List, AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.ListEndpoints());
        Assert.Equal([IPv4, IPv6, WithoutId with { Id = 10 }], endpoints);
    }

    [Fact]
    public void Endpoints_are_ordered_by_id()
    {
        var endpoints = KernelScript.WithPathManager()
            .ExpectAny(
                KernelMessages.ListedEndpoint(2, 9),
                KernelMessages.ListedEndpoint(2, 3),
                KernelMessages.ListedEndpoint(2, 200),
                AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.ListEndpoints());
        Assert.Equal<int>([3, 9, 200], endpoints.Select(endpoint => (int)endpoint.Id));
    }

    [Fact]
    public void Listing_no_endpoints()
        => Assert.Empty(KernelScript.WithPathManager()
            .Expect(EndpointRequests.List, AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.ListEndpoints()));

    [Fact]
    public void Setting_the_flags_of_an_endpoint() => Sends(
        EndpointRequests.SetFlags,
        manager => manager.SetEndpointFlags(7, EndpointFlags.Subflow | EndpointFlags.FullMesh));

    [Fact]
    public void Clearing_the_flags_of_an_endpoint_sends_them_as_zero()
    {
        var request = EndpointRequests.SetFlags;
        request[^4] = 0;
        Sends(request, manager => manager.SetEndpointFlags(7, EndpointFlags.None));
    }

    [Fact]
    public void Deleting_an_endpoint_by_its_id() => Sends(EndpointRequests.Delete, manager => manager.DeleteEndpoint(9));

    [Fact]
    public void Deleting_an_initial_IPv4_address()
        => Sends(EndpointRequests.DeleteInitial, manager => manager.DeleteInitialAddress(IPAddress.Parse("198.18.1.5")));

    [Fact]
    public void Deleting_an_initial_IPv6_address()
        => Sends(EndpointRequests.DeleteInitialIPv6, manager => manager.DeleteInitialAddress(IPAddress.Parse("2001:db8::5")));

    [Fact]
    public void Deleting_every_endpoint() => Sends(EndpointRequests.Flush, manager => manager.FlushEndpoints());

    [Fact]
    public void Reading_limits() => Assert.Equal(
        new EndpointLimits(Subflows: 4, AcceptedAddresses: 2),
        Asks(EndpointRequests.GetLimits, EndpointReplies.Limits, manager => manager.GetLimits()));

    [Fact]
    public void Setting_both_limits()
        => Sends(EndpointRequests.SetLimits, manager => manager.SetLimits(subflows: 4, acceptedAddresses: 2));

    [Fact]
    public void A_limit_of_null_is_left_as_it_is()
    {
        var request = EndpointRequests.SetLimits;
        request[0] = 28;
        byte[] subflowsAlone = [.. request[..20], .. request[28..]];
        Sends(subflowsAlone, manager => manager.SetLimits(subflows: 4, acceptedAddresses: null));
        Sends(request[..28], manager => manager.SetLimits(subflows: null, acceptedAddresses: 2));
    }

    private static void Sends(byte[] request, Action<PathManager> command)
        => KernelScript.WithPathManager().Expect(request, AcknowledgementBytes.Success).Run(command);

    private static T Asks<T>(byte[] request, byte[] reply, Func<PathManager, T> question)
        => KernelScript.WithPathManager().Expect(request, reply, AcknowledgementBytes.Success).Run(question);
}
