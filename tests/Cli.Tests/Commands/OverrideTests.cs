using Google.Protobuf;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

/// <summary>Commands that write in the scope of a controller.</summary>
public sealed class OverrideTests
{
    const string Path = "--local 198.18.0.1:40000 --remote 198.18.0.2:80";

    [Theory]
    [InlineData("subflow create 31 " + Path)]
    [InlineData("subflow destroy 31 " + Path)]
    [InlineData("subflow set 31 --backup " + Path)]
    [InlineData("subflow set 31 --congestion reno " + Path)]
    [InlineData("address announce 31 198.18.0.3 --id 4")]
    [InlineData("address withdraw 31 --id 4")]
    [InlineData("connection close 31")]
    public async Task A_holder_is_overridden_only_when_that_is_asked_for(string commandLine)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CreateSubflowRequest _) => new CreateSubflowResponse { Subflow = new Subflow() });
        daemon.Answer((DestroySubflowRequest _) => new DestroySubflowResponse());
        daemon.Answer((UpdateSubflowRequest _) => new UpdateSubflowResponse { Subflow = new Subflow() });
        daemon.Answer((TuneSubflowRequest _) => new TuneSubflowResponse());
        daemon.Answer((AnnounceAddressRequest _) => new AnnounceAddressResponse { Address = new AnnouncedAddress() });
        daemon.Answer((WithdrawAddressRequest _) => new WithdrawAddressResponse());
        daemon.Answer((CloseConnectionRequest _) => new CloseConnectionResponse());

        (await Mptcpctl.RunAsync(daemon, commandLine)).Succeeded();
        (await Mptcpctl.RunAsync(daemon, commandLine + " --override")).Succeeded();

        Assert.Equal([false, true], daemon.Requests.Select(Overrides));
    }

    static bool Overrides(IMessage request) => (bool)request.Descriptor.FindFieldByName("override_holder").Accessor.GetValue(request);
}
