using System.Net;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Samples;
using Mptcp.ControlPlane.Testing;
using WireAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

/// <summary>The sample controller, and the code of docs/controllers.md, which decides alike.</summary>
public sealed class SampleTests
{
    static readonly Decision SomeDecision = new()
    {
        DecisionId = 7,
        Commands = new PathCommands { Commands = { PathActions.CreateSubflow(IPAddress.Parse("192.0.2.2"), IPEndPoint.Parse("198.51.100.1:443")) } },
    };

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
        await session.AskAsync(SomeRequest());
        Assert.Equal(SomeDecision, await session.NextDecisionAsync());
        await stage.StopAsync();
        Assert.Equal(
            ["primary", "decision self/00000007 Established: 1 commands", "disconnected"],
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_code_of_the_document_makes_them_too()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSessionsRequest _) => new ListSessionsResponse { Roles = { Stage.Of(0) } });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = DocumentedController.RunAsync(daemon.Address, stop.Token);
        var session = await daemon.NextSessionAsync(stop.Token);
        Assert.Equal("edge", (await session.NextBidAsync()).Role);
        await session.WelcomeAsync(Stage.Self());

        await session.AskAsync(SomeRequest());
        Assert.Equal(SomeDecision, await session.NextDecisionAsync());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public void The_code_of_the_document_is_the_code_that_runs_here()
    {
        var documents = Path.Combine(AppContext.BaseDirectory, "docs");
        var shown = Assert.Single(File.ReadAllText(Path.Combine(documents, "controllers.md")).Split("```csharp\n")[1..]).Split("```")[0];
        var run = File.ReadLines(Path.Combine(documents, "DocumentedController.cs"))
            .SkipWhile(line => !line.EndsWith("// docs/controllers.md begins", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.EndsWith("// docs/controllers.md ends", StringComparison.Ordinal))
            .Select(line => line[8..]);

        Assert.Equal(run, shown.TrimEnd('\n').Split('\n'));
    }

    static DecisionRequest SomeRequest()
    {
        var request = Stage.Request(7, DecisionCause.Established);
        request.Connection.Local = new WireAddress { Address = "192.0.2.1", Port = 40000 };
        request.Connection.Remote = new WireAddress { Address = "198.51.100.1", Port = 443 };
        request.LocalAddresses.Add(Address("192.0.2.1"));
        request.LocalAddresses.Add(Address("192.0.2.2"));
        request.LocalAddresses.Add(Address("192.0.2.3", AddressUsability.NoCarrier));
        request.LocalAddresses.Add(Address("2001:db8::1"));
        request.LocalAddresses.Add(Address("127.0.0.1"));
        return request;
    }

    static LocalAddress Address(string address, AddressUsability usability = AddressUsability.Usable) =>
        new() { Address = new InterfaceAddress { Address = address, Usability = usability } };
}
