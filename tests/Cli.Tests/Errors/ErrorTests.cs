using System.Net.Sockets;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Errors;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Errors;

public sealed class ErrorTests
{
    [Fact]
    public async Task A_refusal_says_what_the_kernel_said_and_what_to_do()
    {
        var metadata = KernelSaid("22", "EINVAL", "userspace PM not selected");

        var line = await RefusedWithAsync(Refusal.Of(
            StatusCode.FailedPrecondition,
            "the connection takes no commands.",
            "KERNEL_PATH_MANAGER",
            metadata));

        Assert.Equal(
            "the connection takes no commands (kernel: EINVAL, userspace PM not selected);"
            + " only connections made after 'mptcpctl node set pm_type=1' take commands",
            line);
    }

    [Fact]
    public async Task What_the_message_says_already_is_not_said_again()
    {
        var metadata = KernelSaid("34", "ERANGE", "limit greater than maximum (8)");

        var line = await RefusedWithAsync(Refusal.Of(
            StatusCode.OutOfRange,
            "The kernel refused 9 subflows: limit greater than maximum (8), ERANGE",
            "LIMIT_TOO_HIGH",
            metadata));

        Assert.Equal("The kernel refused 9 subflows: limit greater than maximum (8), ERANGE; give a lower limit", line);
    }

    [Fact]
    public async Task Every_violation_of_a_request_is_on_the_line() =>
        Assert.Equal(
            "the request is wrong: id: above 255; address: not one",
            await RefusedWithAsync(Refusal.OfRequest("the request is wrong", ("id", "above 255"), ("address", "not one."))));

    [Fact]
    public async Task Line_ends_in_a_message_do_not_make_a_second_line() =>
        Assert.Equal(
            "first second third",
            await RefusedWithAsync(new RpcException(new Status(StatusCode.Aborted, "first\nsecond\r\n  third"))));

    [Theory]
    [InlineData(StatusCode.Unimplemented, "no such thing", "no such thing; is the daemon older than this mptcpctl?")]
    [InlineData(StatusCode.PermissionDenied, "not you", "not you; ask whoever runs the daemon for the permission")]
    [InlineData(StatusCode.Aborted, "", "refused with Aborted")]
    public async Task A_refusal_without_a_reason_goes_by_its_status(StatusCode code, string message, string expected) =>
        Assert.Equal(expected, await RefusedWithAsync(new RpcException(new Status(code, message))));

    [Fact]
    public void Every_reason_of_the_contract_has_a_hint_or_needs_none()
    {
        ErrorReason[] needNone =
        [
            ErrorReason.Unspecified,
            ErrorReason.InvalidRequest,
            ErrorReason.KernelRefused,
            ErrorReason.Internal,
            // Only controllers are told these.
            ErrorReason.RoleForbidden,
            ErrorReason.RoleRemoved,
            ErrorReason.ElectionIdInUse,
            ErrorReason.TooManySessions,
            ErrorReason.NotPrimary,
            ErrorReason.ScopeExceeded,
            ErrorReason.RoleLimitExceeded,
            ErrorReason.DecisionLate,
            ErrorReason.DecisionUnknown,
            ErrorReason.RequestIdReused,
        ];

        foreach (var reason in Enum.GetValues<ErrorReason>())
        {
            var error = new ControlPlaneError
            {
                Origin = ControlPlaneErrorOrigin.Daemon,
                StatusCode = StatusCode.Unknown,
                Message = "",
                Reason = reason,
            };
            Assert.True(needNone.Contains(reason) == ErrorHints.For(error) is null, $"{reason}: {ErrorHints.For(error)}");
        }
    }

    [Theory]
    [InlineData(
        "the connection is held",
        "te",
        "edge\e[2J",
        "the connection is held; the controller 'edge\\x1b[2J' of the role 'te' decides about it: an administrator may do it all the same with --override")]
    [InlineData(
        "the connection is held",
        "te",
        "",
        "the connection is held; a controller of the role 'te' decides about it: an administrator may do it all the same with --override")]
    [InlineData(
        "edge decides about it for te",
        "te",
        "edge",
        "edge decides about it for te; an administrator may do it all the same with --override")]
    [InlineData("it is held", null, null, "it is held; an administrator may do it all the same with --override")]
    public async Task A_scope_that_is_held_is_told_with_who_holds_it(string message, string? role, string? controller, string expected)
    {
        var metadata = new Dictionary<string, string>();
        if (role is not null)
            metadata["role"] = role;
        if (controller is not null)
            metadata["controller"] = controller;

        Assert.Equal(expected, await RefusedWithAsync(Refusal.Of(StatusCode.FailedPrecondition, message, "SCOPE_HELD", metadata)));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_told_with_how_to_name_another()
    {
        var run = (await Mptcpctl.RunAsync("--address unix:/nowhere/control.sock node show")).EndedWith(ExitCode.Unreachable);

        Assert.Equal(
            "cannot reach mptcp-controld at unix:/nowhere/control.sock: no such socket; is the daemon running? (--address or MPTCPCTL_ADDRESS)",
            run.ErrorLine);
    }

    [Fact]
    public async Task A_stream_that_cannot_begin_is_told_like_a_call() =>
        Assert.StartsWith(
            "cannot reach mptcp-controld at unix:/nowhere/control.sock: no such socket",
            (await Mptcpctl.RunAsync("--address unix:/nowhere/control.sock watch")).EndedWith(ExitCode.Unreachable).ErrorLine,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_port_on_which_nothing_listens_is_told()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var address = $"http://{taken.LocalEndPoint}";

        var run = (await Mptcpctl.RunAsync($"--address {address} node show")).EndedWith(ExitCode.Unreachable);

        Assert.Equal(
            $"cannot reach mptcp-controld at {address}: nothing listens there; is the daemon running? (--address or MPTCPCTL_ADDRESS)",
            run.ErrorLine);
    }

    [Fact]
    public void A_socket_that_may_not_be_used_is_told_with_who_may()
    {
        var error = new ControlPlaneError
        {
            Origin = ControlPlaneErrorOrigin.Unreachable,
            StatusCode = StatusCode.Unavailable,
            Message = "",
            SocketError = SocketError.AccessDenied,
        };

        var (exitCode, text) = new ErrorLine(ControlPlaneAddress.Parse("unix:/run/x.sock"), TimeSpan.FromSeconds(1)).Of(error);

        Assert.Equal(ExitCode.Unreachable, exitCode);
        Assert.Equal(
            "cannot reach mptcp-controld at unix:/run/x.sock: permission denied; be in the group that may use the socket"
            + " ('ls -lL /run/x.sock' shows it), or root",
            text);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_told_from_a_refusal()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetInfoRequest _, ServerCallContext context) =>
        {
            context.GetHttpContext().Abort();
            return Task.FromResult(new GetInfoResponse());
        });

        var run = (await Mptcpctl.RunAsync(daemon, "node show")).EndedWith(ExitCode.Unreachable);

        Assert.StartsWith($"the connection to mptcp-controld at {daemon.Address} broke: ", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_told_with_the_time()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer(async (GetInfoRequest _, ServerCallContext context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new GetInfoResponse();
        });

        var run = (await Mptcpctl.RunAsync(daemon, "node show --timeout 50ms")).EndedWith(ExitCode.Unreachable);

        Assert.Equal(
            $"no answer from mptcp-controld at {daemon.Address} in 50ms (--timeout); whether it did what was asked is not known",
            run.ErrorLine);
    }

    [Fact]
    public async Task An_interrupted_call_is_neither_done_nor_refused()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        daemon.Answer(async (GetInfoRequest _, ServerCallContext context) =>
        {
            await interruption.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new GetInfoResponse();
        });

        var run = await Mptcpctl.RunAsync(
            ["node", "show"],
            new() { [GlobalOptions.AddressVariable] = daemon.Address },
            cancellationToken: interruption.Token);

        Assert.Equal("interrupted; whether the daemon did what was asked is not known", run.EndedWith(ExitCode.Interrupted).ErrorLine);
    }

    [Fact]
    public async Task The_address_of_the_environment_is_named_when_it_is_none()
    {
        var run = await Mptcpctl.RunAsync(["node", "show"], new() { [GlobalOptions.AddressVariable] = "tcp://x" });

        Assert.Equal(
            "MPTCPCTL_ADDRESS: 'tcp://x' is not an address of a daemon: expected unix:/PATH, https://HOST:PORT, http://127.0.0.1:PORT or http://[::1]:PORT",
            run.EndedWith(ExitCode.BadUsage).ErrorLine);
    }

    [Fact]
    public async Task An_address_that_is_given_outdoes_that_of_the_environment()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetLimitsRequest _) => new GetLimitsResponse { Limits = new Limits() });

        var run = await Mptcpctl.RunAsync(
            ["limits", "show", "--address", daemon.HttpAddress],
            new() { [GlobalOptions.AddressVariable] = "tcp://x" });

        run.Succeeded();
    }

    [Fact]
    public async Task Plain_text_to_another_host_is_bad_usage() =>
        Assert.Equal(
            "--address: 'http://192.0.2.1:1' is not an address of a daemon: plain-text http is for loopback addresses only"
            + " (127.0.0.1, [::1], localhost); see 'mptcpctl node show --help'",
            (await Mptcpctl.RunAsync("node show --address http://192.0.2.1:1")).EndedWith(ExitCode.BadUsage).ErrorLine);

    [Fact]
    public async Task What_nobody_expected_is_one_line_too_and_says_where_only_when_asked()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        // An answer that breaks the contract: limits are always there.
        daemon.Answer((GetLimitsRequest _) => new GetLimitsResponse());
        var environment = new Dictionary<string, string> { [GlobalOptions.AddressVariable] = daemon.Address };

        var plain = await Mptcpctl.RunAsync(["limits", "show"], environment);
        environment["MPTCPCTL_DEBUG"] = "1";
        var debug = await Mptcpctl.RunAsync(["limits", "show"], environment);

        Assert.StartsWith("unexpected: ", plain.EndedWith(ExitCode.Refused).ErrorLine, StringComparison.Ordinal);
        Assert.Contains("MPTCPCTL_DEBUG=1", plain.Error, StringComparison.Ordinal);
        Assert.Contains("   at Mptcp.ControlPlane.Cli.", debug.Error, StringComparison.Ordinal);
    }

    static Dictionary<string, string> KernelSaid(string errno, string name, string words) =>
        new() { ["errno"] = errno, ["errno_name"] = name, ["kernel"] = words };

    static async Task<string> RefusedWithAsync(RpcException refusal)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<ListEndpointsRequest>(refusal);
        return (await Mptcpctl.RunAsync(daemon, "endpoint list")).EndedWith(ExitCode.Refused).ErrorLine;
    }
}
