using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Services.Calls;

/// <summary>
/// What every call goes through: its failure becomes an error of the contract, and how it ended is counted. ASP.NET Core's
/// own metrics know HTTP statuses only, and gRPC's are 200 whatever went wrong.
/// </summary>
internal sealed class CallInterceptor(
    IHostApplicationLifetime lifetime, ServerMetrics metrics, TimeProvider time, ILogger<CallInterceptor> logger) : Interceptor
{
    // A daemon that is replaced serves again after about as long.
    private static readonly TimeSpan RestartTime = TimeSpan.FromMilliseconds(200);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        => Run(context, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
        => Run(context, async () =>
        {
            await continuation(request, responseStream, context);
            return EndOfStream(context);
        });

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
        => Run(context, () => continuation(Stopping(requestStream, context), context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        => Run(context, async () =>
        {
            await continuation(Stopping(requestStream, context), responseStream, context);
            return EndOfStream(context);
        });

    // Services from packages take the end of their token for the end of their stream; the caller should know that there is more.
    private static bool EndOfStream(ServerCallContext context)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    private static StoppingStreamReader<T> Stopping<T>(IAsyncStreamReader<T> stream, ServerCallContext context)
        => new(stream, context.CancellationToken);

    private async Task<T> Run<T>(ServerCallContext context, Func<Task<T>> handler)
    {
        var start = time.GetTimestamp();
        // The deadline is a time of day that gRPC has made of a time to wait: what is left is that, whatever becomes of the clock.
        var left = context.Deadline == DateTime.MaxValue ? TimeSpan.MaxValue : context.Deadline - time.GetUtcNow().UtcDateTime;
        var status = StatusCode.OK;
        context.UserState[UnreadableRequests.WasRead] = true;
        try
        {
            var result = await handler();
            status = context.Status.StatusCode;
            return result;
        }
        catch (Exception exception)
        {
            var error = Translate(exception, context, isLate: time.GetElapsedTime(start) >= left);
            status = error.StatusCode;
            throw error;
        }
        finally
        {
            metrics.CallEnded(context.Method, status, time.GetElapsedTime(start));
            if (Activity.Current is { IsAllDataRequested: true } activity)
                Describe(activity, context.Method, status);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context, bool isLate)
    {
        // What comes of writing to a stream after its end.
        if (exception is InvalidOperationException or IOException && context.CancellationToken.IsCancellationRequested)
            exception = new OperationCanceledException(exception.Message, exception, context.CancellationToken);

        switch (exception)
        {
            case RpcException error:
                return error;
            case ControlPlaneException error:
                return error.ToRpcException();
            case ObjectDisposedException when !lifetime.ApplicationStopping.IsCancellationRequested:
                return new ControlPlaneException(
                    StatusCode.Unavailable, ErrorReason.NamespaceGone,
                    "the network namespace vanished while the request was answered").ToRpcException();
            case OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested:
                return ShuttingDown().ToRpcException();
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return isLate
                    ? new RpcException(new Status(StatusCode.DeadlineExceeded, "the call's deadline has passed"))
                    : new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled"));
        }

        if (KernelErrors.DescribeFailure(exception) is { } failure)
        {
            if (failure.Reason == ErrorReason.KernelUnavailable)
                logger.KernelUnavailable(context.Method, exception.Message);
            return failure.ToRpcException();
        }

        logger.CallFailed(context.Method, exception);
        return new ControlPlaneException(StatusCode.Internal, ErrorReason.Internal, "the daemon made a mistake; its log tells more")
            .ToRpcException();
    }

    private static ControlPlaneException ShuttingDown()
        => new(StatusCode.Unavailable, ErrorReason.ShuttingDown, "the daemon is shutting down") { RetryDelay = RestartTime };

    private static void Describe(Activity call, string method, StatusCode status)
    {
        call.DisplayName = method.TrimStart('/');
        call.SetTag("rpc.system", "grpc");
        call.SetTag("rpc.grpc.status_code", (int)status);
    }
}
