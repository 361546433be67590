using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>Fills in what a call leaves open: its namespace and, for a call that comes to an end by itself, its deadline.</summary>
sealed class CallDefaults(ControlPlaneClientOptions options) : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(InNamespace(request), WithDeadline(request, context));

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(InNamespace(request), WithDeadline(request, context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(InNamespace(request), request is ListSocketsRequest ? WithDeadline(request, context) : context);

    ClientInterceptorContext<TRequest, TResponse> WithDeadline<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (context.Options.Deadline is not null || options.Timeout == Timeout.InfiniteTimeSpan)
            return context;

        var time = options.Timeout;
        if (request is CreateSubflowRequest { Wait: { } wait })
            time += wait.ToTimeSpan();
        var deadline = DateTime.UtcNow + time;
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithDeadline(deadline));
    }

    // The caller's request is the caller's: a default goes into a copy.
    TRequest InNamespace<TRequest>(TRequest request)
        where TRequest : class
    {
        if (options.Namespace.Length == 0 || request is not IDeepCloneable<TRequest> original)
            return request;
        if (request is WatchRequest)
        {
            var watch = original.Clone();
            Narrow((watch as WatchRequest)!);
            return watch;
        }

        // Every request of the contract that is about a namespace calls the field so; a test holds it to that.
        if ((request as IMessage)?.Descriptor.FindFieldByName("namespace") is not { } field
            || field.Accessor.GetValue((IMessage)request) is not "")
        {
            return request;
        }

        var copy = original.Clone();
        field.Accessor.SetValue((IMessage)copy, options.Namespace);
        return copy;
    }

    void Narrow(WatchRequest request)
    {
        if (request.Allow.Count == 0)
            request.Allow.Add(new EventFilter());
        foreach (var filter in request.Allow.Where(filter => filter.Namespaces.Count == 0))
            filter.Namespaces.Add(options.Namespace);
    }
}
