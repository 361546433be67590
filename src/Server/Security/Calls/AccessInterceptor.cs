using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Connections.Features;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Security.Calls;

/// <summary>Lets calls in whose callers may make them, and ends streams whose callers may no longer.</summary>
internal sealed class AccessInterceptor(CallerIdentification callers, AccessControl control, OpenStreams open, AuditTrail trail) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await RequireTrailAsync(await AdmitAsync(context), context);
        return await continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
        => WhileAllowed(context, () => continuation(request, responseStream, context));

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await WhileAllowed(context, async () => response = await continuation(requestStream, context));
        return response!;
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        => WhileAllowed(context, () => continuation(requestStream, responseStream, context));

    private async ValueTask<CallAccess> AdmitAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        // Who comes with a token that proves nothing is recorded as the one who has connected.
        var notes = AuditNotes.Of(context);
        notes.Caller = CallerIdentification.Identify(http);
        var caller = notes.Caller = await callers.IdentifyAsync(http);
        if (callers.FindObjection(caller) is { } objection)
        {
            // Another connection may bring another certificate.
            if (objection.IsOfConnection)
                http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            throw AccessRefusals.NotProved(objection);
        }

        // A method that nobody thought of is nobody's.
        if (!MethodPermissions.All.TryGetValue(context.Method, out var permission))
            throw new InvalidOperationException($"the method {context.Method} has no entry in the table of permissions");
        var access = new CallAccess(caller, control.GrantsOf(caller), permission);
        access.KeepWith(context);
        if (permission != Permission.None && !access.Reach.IsAllowed)
            throw AccessRefusals.Denied(access, permission);
        return access;
    }

    private Task RequireTrailAsync(CallAccess access, ServerCallContext context)
        => access.Permission.IsWrite() ? trail.RequireAsync(context.CancellationToken) : Task.CompletedTask;

    private async Task WhileAllowed(ServerCallContext context, Func<Task> handler)
    {
        var access = await AdmitAsync(context);
        await RequireTrailAsync(access, context);
        var life = CallLife.Of(context.GetHttpContext());
        using (open.Enter(access, life))
        {
            try
            {
                await handler();
            }
            catch (Exception) when (life.Why is not null)
            {
                // Whatever became of it, that is why.
            }
        }

        if (life.Why is { } why)
            throw why;
    }
}
