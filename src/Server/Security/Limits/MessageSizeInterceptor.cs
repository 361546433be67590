using Grpc.Core;
using Grpc.Core.Interceptors;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>Says of a message that is too long, in a stream of its caller's, what the contract says of it: gRPC only has a status.</summary>
internal sealed class MessageSizeInterceptor(LimitsInForce limits, LimitReports reports) : Interceptor
{
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (RpcException refused) when (IsOfGrpc(refused))
        {
            throw TooLong(context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (RpcException refused) when (IsOfGrpc(refused))
        {
            throw TooLong(context);
        }
    }

    // The contract's own refusals have details.
    private static bool IsOfGrpc(RpcException refused) => refused is { StatusCode: StatusCode.ResourceExhausted, Trailers.Count: 0 };

    private ControlPlaneException TooLong(ServerCallContext context)
    {
        var caller = CallerIdentification.Identify(context.GetHttpContext()).Name;
        reports.Refused(LimitKind.RequestBytes, caller);
        return LimitRefusals.Exceeded(LimitKind.RequestBytes, caller, limits.Rules);
    }
}
