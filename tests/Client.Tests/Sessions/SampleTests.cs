using System.Net;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Samples;
using WireAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

public sealed class SampleTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_sample_makes_a_subflow_from_each_other_usable_address_of_the_family()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var output = new StringWriter();
        await using var stage = await Stage.StartAsync((client, reconnection) => new EveryAddressController(
            client,
            new PathControllerOptions { Role = "edge", Reconnection = reconnection },
            output));
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        var request = Stage.Request(7, DecisionCause.Established);
        request.Connection.Local = new WireAddress { Address = "192.0.2.1", Port = 40000 };
        request.Connection.Remote = new WireAddress { Address = "198.51.100.1", Port = 443 };
        request.LocalAddresses.Add(Address("192.0.2.1"));
        request.LocalAddresses.Add(Address("192.0.2.2"));
        request.LocalAddresses.Add(Address("192.0.2.3", AddressUsability.NoCarrier));
        request.LocalAddresses.Add(Address("2001:db8::1"));
        request.LocalAddresses.Add(Address("127.0.0.1"));

        await session.AskAsync(request);
        var decision = await session.NextDecisionAsync();

        var expected = PathActions.CreateSubflow(IPAddress.Parse("192.0.2.2"), IPEndPoint.Parse("198.51.100.1:443"));
        Assert.Equal([expected], decision.Commands.Commands);
        await stage.StopAsync();
        Assert.Equal(
            ["primary", "decision self/00000007 Established: 1 commands", "disconnected"],
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    static LocalAddress Address(string address, AddressUsability usability = AddressUsability.Usable) =>
        new() { Address = new InterfaceAddress { Address = address, Usability = usability } };
}
