using System.Diagnostics.Metrics;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Services.Calls;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Tests.Services.Calls;

public sealed class CallInterceptorTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();
    private readonly CollectedLog _log = new();
    private readonly MeterListener _listener = new();
    private readonly List<object?> _statuses = [];

    public CallInterceptorTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "mptcp.rpc.calls")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _statuses.Add(tags[1].Value));
        _listener.Start();
    }

    public static TheoryData<Exception, StatusCode, ErrorReason> Failures => new()
    {
        {
            new ControlPlaneException(StatusCode.NotFound, ErrorReason.EndpointNotFound, "there is none"),
            StatusCode.NotFound, ErrorReason.EndpointNotFound
        },
        { new KernelRefusedException("add-addr", Errno.Exists), StatusCode.AlreadyExists, ErrorReason.EndpointExists },
        { new RpcException(new Grpc.Core.Status(StatusCode.DataLoss, "as it is")), StatusCode.DataLoss, ErrorReason.Unspecified },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_that_has_a_name_is_told_and_counted_and_not_logged(Exception failure, StatusCode status, ErrorReason reason)
    {
        var error = await FailAsync(failure);
        Assert.Equal((status, reason), (error.StatusCode, error.Reason));
        Assert.Empty(_log.Entries);
        Assert.Single(_statuses);
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_is_logged_whole_and_told_without_anything_of_the_inside()
    {
        var failure = new KeyNotFoundException("secret");
        var error = await FailAsync(failure);
        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        var entry = Assert.Single(_log.Entries);
        Assert.Equal((LogLevel.Error, failure), (entry.Level, entry.Exception));
        Assert.Equal(["INTERNAL"], _statuses);
    }

    [Fact]
    public async Task That_the_kernel_cannot_be_asked_is_logged_without_a_stack_trace()
    {
        var error = await FailAsync(new NetlinkTransportException("gone"));
        Assert.Equal((StatusCode.Unavailable, ErrorReason.KernelUnavailable), (error.StatusCode, error.Reason));
        var entry = Assert.Single(_log.Entries);
        Assert.Equal((LogLevel.Warning, null), (entry.Level, entry.Exception));
    }

    [Fact]
    public async Task A_call_that_its_caller_ended_is_cancelled()
        => Assert.Equal(StatusCode.Cancelled, (await FailAsync(new OperationCanceledException(), cancelled: true)).StatusCode);

    [Fact]
    public async Task A_call_whose_deadline_has_passed_says_so()
    {
        var error = await FailAsync(new OperationCanceledException(), deadline: DateTime.UnixEpoch, cancelled: true);
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Theory]
    [MemberData(nameof(JumpingClock.Years), MemberType = typeof(JumpingClock))]
    public async Task Whether_a_deadline_has_passed_does_not_hang_on_what_becomes_of_the_clock(int years)
    {
        foreach (var (passed, expected) in new[] { (9, StatusCode.Cancelled), (10, StatusCode.DeadlineExceeded) })
        {
            var time = new JumpingClock();
            var call = new FakeCall(time.GetUtcNow().UtcDateTime.AddSeconds(10), new CancellationToken(canceled: true));
            var error = await Assert.ThrowsAsync<RpcException>(
                () => Interceptor(stopping: false, time).UnaryServerHandler<GetInfoRequest, GetInfoResponse>(new GetInfoRequest(), call, (_, _) =>
                {
                    time.Jump(years);
                    time.Advance(TimeSpan.FromSeconds(passed));
                    throw new OperationCanceledException();
                }));
            Assert.Equal(expected, error.StatusCode);
        }
    }

    [Fact]
    public async Task A_call_that_the_daemons_end_ended_is_unavailable()
    {
        var error = await FailAsync(new OperationCanceledException(), cancelled: true, stopping: true);
        Assert.Equal((StatusCode.Unavailable, ErrorReason.ShuttingDown), (error.StatusCode, error.Reason));
    }

    [Fact]
    public async Task That_the_daemon_ends_is_told_with_when_to_try_again_and_other_failures_are_not()
    {
        Assert.Equal(Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200)), (await RetryAsync(stopping: true))?.RetryDelay);
        Assert.Null(await RetryAsync(stopping: false));
    }

    [Fact]
    public async Task A_write_after_the_end_of_a_call_is_no_mistake_of_the_daemon()
    {
        Assert.Equal(StatusCode.Cancelled, (await FailAsync(new InvalidOperationException(), cancelled: true)).StatusCode);
        Assert.Empty(_log.Entries);
        Assert.Equal(StatusCode.Internal, (await FailAsync(new InvalidOperationException())).StatusCode);
    }

    [Fact]
    public async Task A_call_that_succeeds_is_counted()
    {
        var answer = await Interceptor(stopping: false).UnaryServerHandler(
            new GetInfoRequest(), new FakeCall(DateTime.MaxValue, CancellationToken.None), (_, _) => Task.FromResult(new GetInfoResponse()));
        Assert.Equal(new GetInfoResponse(), answer);
        Assert.Equal(["OK"], _statuses);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private async Task<RetryInfo?> RetryAsync(bool stopping)
    {
        var call = new FakeCall(DateTime.MaxValue, new CancellationToken(canceled: true));
        var error = await Assert.ThrowsAsync<RpcException>(() => Interceptor(stopping).UnaryServerHandler<GetInfoRequest, GetInfoResponse>(
            new GetInfoRequest(), call, (_, _) => throw new OperationCanceledException()));
        return error.GetRpcStatus()?.GetDetail<RetryInfo>();
    }

    private async Task<ControlPlaneError> FailAsync(
        Exception failure, DateTime? deadline = null, bool cancelled = false, bool stopping = false)
    {
        var call = new FakeCall(deadline ?? DateTime.MaxValue, new CancellationToken(cancelled));
        return ControlPlaneError.From(await Assert.ThrowsAsync<RpcException>(
            () => Interceptor(stopping).UnaryServerHandler<GetInfoRequest, GetInfoResponse>(
                new GetInfoRequest(), call, (_, _) => throw failure)));
    }

    private CallInterceptor Interceptor(bool stopping, TimeProvider? time = null)
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        return new CallInterceptor(
            new FakeLifetime(new CancellationToken(stopping)), _services.GetRequiredService<ServerMetrics>(), time ?? TimeProvider.System,
            factory.CreateLogger<CallInterceptor>());
    }
}
