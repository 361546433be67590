using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class LimitsTests
{
    [Fact]
    public async Task Show_tells_both_limits()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetLimitsRequest _) => new GetLimitsResponse { Limits = new Limits { Subflows = 2, AddAddrAccepted = 0 } });

        var run = (await Mptcpctl.RunAsync(daemon, "limits show --namespace blue")).Succeeded();

        Assert.Equal("blue", daemon.Received<GetLimitsRequest>().Namespace);
        Assert.Equal(
            """
            LIMIT              VALUE
            subflows           2
            add-addr-accepted  0

            """,
            run.Out);
    }

    [Theory]
    [InlineData("--subflows 0", "{ \"limits\": { \"subflows\": 0 } }")]
    [InlineData("--add-addr-accepted 8", "{ \"limits\": { \"addAddrAccepted\": 8 } }")]
    [InlineData("--subflows 4 --add-addr-accepted 8", "{ \"limits\": { \"subflows\": 4, \"addAddrAccepted\": 8 } }")]
    public async Task Set_sends_the_limits_that_are_given_and_no_other(string options, string request)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var limits = new Limits { Subflows = 4, AddAddrAccepted = 8 };
        daemon.Answer((UpdateLimitsRequest _) => new UpdateLimitsResponse { Limits = limits });

        var run = (await Mptcpctl.RunAsync(daemon, "-o json limits set " + options)).Succeeded();

        Assert.Equal(UpdateLimitsRequest.Parser.ParseJson(request), daemon.Received<UpdateLimitsRequest>());
        Assert.Equal(limits, UpdateLimitsResponse.Parser.ParseJson(run.Out).Limits);
    }

    [Theory]
    [InlineData("", "nothing to set: give --subflows, --add-addr-accepted or both")]
    [InlineData(" --subflows -1", "--subflows: '-1' is not a number from 0 to 4294967295")]
    [InlineData(" --subflows", "required argument missing for option: '--subflows'")]
    [InlineData(" --subflows 1 --subflows 2", "option '--subflows' expects a single argument but 2 were provided")]
    public async Task Set_needs_a_number(string options, string expected) =>
        Assert.Equal(
            expected + "; see 'mptcpctl limits set --help'",
            (await Mptcpctl.RunAsync("limits set" + options)).EndedWith(ExitCode.BadUsage).ErrorLine);
}
