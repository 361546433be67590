using System.Net.Sockets;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests;

public sealed class ControlPlaneErrorTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refusal_by_the_kernel_says_reason_errno_and_the_kernels_words()
    {
        var metadata = new Dictionary<string, string>
        {
            ["errno"] = "17",
            ["errno_name"] = "EEXIST",
            ["kernel"] = "address already in use",
            ["other"] = "x",
        };

        var error = await RefusedWithAsync(Refusal.Of(StatusCode.AlreadyExists, "endpoint 3 exists", "ENDPOINT_EXISTS", metadata));

        Assert.Equal(ControlPlaneErrorOrigin.Daemon, error.Origin);
        Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
        Assert.Equal("endpoint 3 exists", error.Message);
        Assert.Equal(ErrorReason.EndpointExists, error.Reason);
        Assert.Equal("ENDPOINT_EXISTS", error.ReasonName);
        Assert.Equal(ControlPlaneError.ControlDomain, error.Domain);
        Assert.Equal(17, error.Errno);
        Assert.Equal("EEXIST", error.ErrnoName);
        Assert.Equal("address already in use", error.KernelText);
        Assert.Equal(metadata, error.Metadata);
        Assert.Empty(error.Violations);
        Assert.Null(error.SocketError);
    }

    [Fact]
    public async Task A_wrong_request_says_every_violation()
    {
        var error = await RefusedWithAsync(Refusal.OfRequest("2 fields are wrong", ("local.port", "above 65535"), ("remote", "missing")));

        Assert.Equal(ErrorReason.InvalidRequest, error.Reason);
        Assert.Equal([new FieldViolation("local.port", "above 65535"), new FieldViolation("remote", "missing")], error.Violations);
        Assert.Null(error.Errno);
    }

    [Fact]
    public void Every_reason_of_the_contract_is_known_by_its_name()
    {
        foreach (var reason in Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified))
        {
            var name = ErrorReflection.Descriptor.EnumTypes.Single().FindValueByNumber((int)reason).Name["ERROR_REASON_".Length..];
            Assert.Equal(reason, ControlPlaneError.From(Refusal.Of(StatusCode.Unknown, "", name)).Reason);
        }
    }

    [Theory]
    [InlineData("FROM_THE_FUTURE", "mptcp.control")]
    [InlineData("ENDPOINT_EXISTS", "example.com")]
    [InlineData("9", "mptcp.control")]
    public void A_reason_that_is_not_of_this_contract_keeps_its_name_alone(string name, string domain)
    {
        var error = ControlPlaneError.From(Refusal.Of(StatusCode.Aborted, "no", name, domain: domain));

        Assert.Equal(ErrorReason.Unspecified, error.Reason);
        Assert.Equal(name, error.ReasonName);
        Assert.Equal(domain, error.Domain);
    }

    [Fact]
    public async Task A_refusal_without_details_is_still_the_daemons()
    {
        var error = await RefusedWithAsync(new RpcException(new Status(StatusCode.PermissionDenied, "not you")));

        Assert.Equal(ControlPlaneErrorOrigin.Daemon, error.Origin);
        Assert.Equal("not you", error.Message);
        Assert.Equal(ErrorReason.Unspecified, error.Reason);
    }

    [Fact]
    public void Details_that_cannot_be_read_leave_the_status()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", [0xff, 0xff, 0xff] } };

        var error = ControlPlaneError.From(new RpcException(new Status(StatusCode.NotFound, "gone"), trailers));

        Assert.Equal((StatusCode.NotFound, "gone"), (error.StatusCode, error.Message));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_unreachable()
    {
        var error = await FailedAsync("unix:/nowhere/control.sock");

        Assert.Equal(ControlPlaneErrorOrigin.Unreachable, error.Origin);
        // How .NET calls ENOENT.
        Assert.Equal(SocketError.AddressNotAvailable, error.SocketError);
    }

    [Fact]
    public async Task A_socket_on_which_nothing_listens_is_unreachable()
    {
        var directory = Directory.CreateTempSubdirectory("mptcp-");
        try
        {
            var path = Path.Combine(directory.FullName, "control.sock");
            using (var abandoned = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                abandoned.Bind(new UnixDomainSocketEndPoint(path));
            if (!File.Exists(path))
                await File.WriteAllTextAsync(path, "", Cancellation);

            var error = await FailedAsync("unix:" + path);

            Assert.Equal(ControlPlaneErrorOrigin.Unreachable, error.Origin);
            Assert.Equal(SocketError.ConnectionRefused, error.SocketError);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_answer_is_told_from_a_refusal()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetInfoRequest _, ServerCallContext context) =>
        {
            context.GetHttpContext().Abort();
            return Task.FromResult(new GetInfoResponse());
        });

        var error = await FailedAsync(daemon.Address);

        Assert.Equal(ControlPlaneErrorOrigin.Transport, error.Origin);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancelled_is_the_callers()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        daemon.Answer(async (GetInfoRequest _, ServerCallContext context) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new GetInfoResponse();
        });

        var error = await FailedAsync(daemon.Address, cancellation.Token);

        Assert.Equal(ControlPlaneErrorOrigin.Caller, error.Origin);
    }

    static async Task<ControlPlaneError> RefusedWithAsync(RpcException refusal)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<GetInfoRequest>(refusal);
        return await FailedAsync(daemon.Address);
    }

    static async Task<ControlPlaneError> FailedAsync(string address, CancellationToken? cancellationToken = null)
    {
        await using var client = new ControlPlaneClient(address);
        var exception = await Assert.ThrowsAsync<RpcException>(
            async () => await client.Node.GetInfoAsync(new GetInfoRequest(), cancellationToken: cancellationToken ?? Cancellation));
        return ControlPlaneError.From(exception);
    }
}
