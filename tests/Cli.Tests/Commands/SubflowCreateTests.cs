using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class SubflowCreateTests
{
    const string Create = "subflow create 0x1f --local 198.18.0.1 --remote 198.18.0.2:80";

    [Fact]
    public async Task Every_option_reaches_the_daemon()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CreateSubflowRequest _) => Outcome(SubflowState.Established));

        (await Mptcpctl.RunAsync(
            daemon,
            "subflow create 31 --connection-id 4711 --local [2001:db8::1]:5000 --local-id 4 --interface wlan0 --remote [2001:db8::2]:80"
            + " --backup --wait 1m30s --namespace blue")).Succeeded();

        Assert.Equal(
            new CreateSubflowRequest
            {
                Namespace = "blue",
                Token = 31,
                ConnectionId = 4711,
                Local = new SocketAddress { Address = "2001:db8::1", Port = 5000 },
                LocalId = 4,
                Interface = "wlan0",
                Remote = new SocketAddress { Address = "2001:db8::2", Port = 80 },
                Backup = true,
                Wait = new Duration { Seconds = 90 },
            },
            daemon.Received<CreateSubflowRequest>());
    }

    [Fact]
    public async Task What_is_not_given_is_left_to_the_daemon()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CreateSubflowRequest _) => Outcome(SubflowState.Connecting));

        (await Mptcpctl.RunAsync(daemon, Create)).Succeeded();

        Assert.Equal(
            new CreateSubflowRequest
            {
                Token = 31,
                Local = new SocketAddress { Address = "198.18.0.1" },
                Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
            },
            daemon.Received<CreateSubflowRequest>());
    }

    [Theory]
    [InlineData(
        "",
        SubflowState.Connecting,
        "connecting 198.18.0.1:40000 -> 198.18.0.2:80 (ids 1/0); 'mptcpctl watch' tells how it ends, and --wait waits for that\n")]
    [InlineData(" --wait 2s", SubflowState.Established, "established 198.18.0.1:40000 -> 198.18.0.2:80 (ids 1/0)\n")]
    public async Task What_became_of_it_is_told(string wait, SubflowState state, string expected)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CreateSubflowRequest _) => Outcome(state));

        Assert.Equal(expected, (await Mptcpctl.RunAsync(daemon, Create + wait)).Succeeded().Out);
    }

    [Theory]
    [InlineData(
        111u,
        "ECONNREFUSED",
        "subflow refused: ECONNREFUSED (111): nothing listens at 198.18.0.2:80, or something on the way refuses it")]
    [InlineData(110u, "ETIMEDOUT", "subflow failed: ETIMEDOUT (110): no answer from 198.18.0.2:80")]
    [InlineData(113u, "EHOSTUNREACH", "subflow failed: EHOSTUNREACH (113): no path leads from 198.18.0.1:40000 to 198.18.0.2:80")]
    [InlineData(101u, "ENETUNREACH", "subflow failed: ENETUNREACH (101): no path leads from 198.18.0.1:40000 to 198.18.0.2:80")]
    [InlineData(104u, "ECONNRESET", "subflow failed: ECONNRESET (104): 198.18.0.2:80 ended the handshake")]
    [InlineData(22u, "EINVAL", "subflow failed: EINVAL (22): 198.18.0.1:40000 -> 198.18.0.2:80")]
    [InlineData(0u, "", "subflow failed: 198.18.0.1:40000 -> 198.18.0.2:80")]
    public async Task A_failed_subflow_is_refused_with_its_errno(uint errno, string name, string expected)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CreateSubflowRequest _) => Outcome(SubflowState.Failed, errno, name));

        var run = (await Mptcpctl.RunAsync(daemon, Create + " --wait 2s")).EndedWith(ExitCode.Refused);

        Assert.Equal(expected, run.ErrorLine);
    }

    [Fact]
    public async Task A_reset_tells_its_reason()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var outcome = Outcome(SubflowState.Failed, 104, "ECONNRESET");
        outcome.Subflow.ResetReason = 2;
        daemon.Answer((CreateSubflowRequest _) => outcome);

        var run = (await Mptcpctl.RunAsync(daemon, Create)).EndedWith(ExitCode.Refused);

        Assert.Equal("subflow failed: ECONNRESET (104), reset: lack of resources: 198.18.0.2:80 ended the handshake", run.ErrorLine);
    }

    [Fact]
    public async Task A_wait_that_ran_out_is_told_from_a_failure()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var outcome = Outcome(SubflowState.Connecting);
        outcome.WaitExpired = true;
        daemon.Answer((CreateSubflowRequest _) => outcome);

        var run = (await Mptcpctl.RunAsync(daemon, Create + " --wait 500ms")).EndedWith(ExitCode.Refused);

        Assert.Equal("timed out after 500ms: no answer from 198.18.0.2:80; the kernel goes on trying", run.ErrorLine);
    }

    [Fact]
    public async Task As_json_a_failure_is_a_document_and_a_line_of_error()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var outcome = Outcome(SubflowState.Failed, 111, "ECONNREFUSED");
        daemon.Answer((CreateSubflowRequest _) => outcome);

        var run = await Mptcpctl.RunAsync(daemon, Create + " --wait 2s -o json");

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal(outcome, CreateSubflowResponse.Parser.ParseJson(run.Out));
        Assert.StartsWith("subflow refused: ECONNREFUSED (111)", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_has_its_time_on_top_of_the_timeout()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var left = TimeSpan.Zero;
        daemon.Answer((CreateSubflowRequest _, ServerCallContext context) =>
        {
            left = context.Deadline - DateTime.UtcNow;
            return Task.FromResult(Outcome(SubflowState.Established));
        });

        (await Mptcpctl.RunAsync(daemon, Create + " --wait 4m --timeout 1m")).Succeeded();

        Assert.InRange(left, TimeSpan.FromMinutes(4.5), TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData(
        "subflow create",
        "option '--local' is required; option '--remote' is required; required argument 'TOKEN' missing for command: 'create'")]
    [InlineData("subflow create x --local 1.2.3 --remote 2001:db8::1 --wait 5",
        "--local: '1.2.3' is not an address: expected ADDR or ADDR:PORT, [ADDR]:PORT for IPv6; "
        + "--remote: '2001:db8::1' has no port: expected ADDR:PORT, or [ADDR]:PORT for IPv6; "
        + "--wait: '5' is not a duration: expected for instance 500ms, 2s or 1m30s; "
        + "TOKEN: 'x' is not a token: expected 1 to 4294967295, or 0x1 to 0xffffffff")]
    [InlineData(
        "subflow create 1 --local 198.18.0.1 --remote 198.18.0.2:65536",
        "--remote: the port of '198.18.0.2:65536' is not a number from 1 to 65535")]
    public async Task What_is_wrong_with_the_options_is_told(string commandLine, string expected) =>
        Assert.Equal(
            expected + "; see 'mptcpctl subflow create --help'",
            (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine);

    static CreateSubflowResponse Outcome(SubflowState state, uint errno = 0, string name = "") => new()
    {
        Subflow = new Subflow
        {
            Local = new SocketAddress { Address = "198.18.0.1", Port = 40000 },
            Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
            LocalId = 1,
            State = state,
            Error = errno,
            ErrorName = name,
        },
    };
}
