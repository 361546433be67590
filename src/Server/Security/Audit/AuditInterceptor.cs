using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;
using PolicyAuthor = Mptcp.ControlPlane.Server.Policies.Revisions.PolicyAuthor;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>Records every call of a method that writes, however it ends. It is around all other interceptors, so that it hears of all their refusals.</summary>
internal sealed class AuditInterceptor(AuditTrail trail, HostNamespaces namespaces) : Interceptor
{
    // What an entry takes beside its messages.
    // Of what was denied, no more than this is told.
    private const int LargestDenied = 1024;

    private const int Overhead = 2_000;

    // Messages take more in memory than encoded.
    private const int SizeFactor = 4;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (!IsWrite(context))
            return await continuation(request, context);
        var message = request as IMessage;
        var notes = Begin(context, message);
        TResponse? response = null;
        await RecordAsync(context, notes, message, async () => response = await continuation(request, context));
        return response!;
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (!IsWrite(context))
            return continuation(request, responseStream, context);
        var message = request as IMessage;
        return RecordAsync(context, Begin(context, message), message, () => continuation(request, responseStream, context));
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (!IsWrite(context))
            return await continuation(requestStream, context);
        TResponse? response = null;
        await RecordAsync(context, Begin(context, null), null, async () => response = await continuation(requestStream, context));
        return response!;
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        => IsWrite(context)
            ? RecordAsync(context, Begin(context, null), null, () => continuation(requestStream, responseStream, context))
            : continuation(requestStream, responseStream, context);

    /// <summary>Who makes a call, and by what right, as entries tell it.</summary>
    public static AuditSource SourceOf(ServerCallContext context)
    {
        var notes = AuditNotes.Of(context);
        var permission = MethodPermissions.All.GetValueOrDefault(context.Method);
        if (notes.Caller is not { } caller)
        {
            // Not even who it is could be found out.
            return new AuditSource(new PolicyAuthor(PolicyAuthorKind.Peer) { Address = context.Peer }, "", "", context.Method, permission, Role: null)
            {
                RequestId = notes.RequestId,
            };
        }

        var transport = caller is LocalCaller ? "unix" : context.GetHttpContext().Request.IsHttps ? "tls" : "tcp";
        // Who was not let in at all has no role.
        var role = CallAccess.Find(context)?.Reach.Role;
        return new AuditSource(caller.Author, caller.Name, transport, context.Method, permission, role) { RequestId = notes.RequestId };
    }

    private static bool IsWrite(ServerCallContext context)
        => MethodPermissions.All.TryGetValue(context.Method, out var permission) && permission.IsWrite();

    private static AuditNotes Begin(ServerCallContext context, IMessage? request)
    {
        var notes = AuditNotes.Of(context);
        var own = request is null ? "" : RequestIds.OwnOf(request);
        notes.RequestId = own.Length > 0 ? own : RequestIds.Find(context.RequestHeaders);
        context.ResponseTrailers.Add(RequestIds.Header, notes.RequestId);
        return notes;
    }

    private async Task RecordAsync(ServerCallContext context, AuditNotes notes, IMessage? request, Func<Task> handler)
    {
        try
        {
            await handler();
        }
        catch (Exception failure)
        {
            Record(context, notes, request, failure);
            throw;
        }

        Record(context, notes, request, failure: null);
    }

    private void Record(ServerCallContext context, AuditNotes notes, IMessage? request, Exception? failure)
    {
        var document = notes.Document ?? (request is ApplyPoliciesRequest { HasYaml: true } apply ? apply.Yaml : null);
        request = Shorten(notes.Session is null ? request ?? notes.Request : null);
        var isDenied = failure is RpcException { StatusCode: StatusCode.PermissionDenied or StatusCode.Unauthenticated };
        // Who may do nothing could fill the trail with what it asks for.
        if (isDenied)
            (request, document) = (request?.CalculateSize() > LargestDenied ? null : request, null);
        var overridden = notes.Overridden;
        var record = new AuditRecord(notes.Session is null ? AuditKind.Call : AuditKind.SessionEnded, trail.Now)
        {
            Source = notes.Session ?? SourceOf(context),
            Failure = failure,
            Request = request,
            Namespace = request is null or ReconcileConnectionsRequest || request.Descriptor.FindFieldByName("namespace") is null
                ? ""
                : namespaces.Find("")?.Name ?? "",
            Overridden = overridden is null ? "" : $"{overridden.Name} (session {overridden.Id}, role {overridden.Role}, {overridden.Caller})".TrimStart(),
            Before = notes.Before,
            After = failure is null ? notes.After : null,
            Document = document,
            Size = Overhead + (SizeFactor * ((request?.CalculateSize() ?? 0) + (notes.Before?.CalculateSize() ?? 0) + (notes.After?.CalculateSize() ?? 0)))
                + (sizeof(char) * (document?.Length ?? 0)),
        };
        if (isDenied)
            trail.AddDenial(record);
        else
            trail.Add(record);
    }

    // A digest stands for the document.
    private static IMessage? Shorten(IMessage? request) => request is not ApplyPoliciesRequest apply ? request : new ApplyPoliciesRequest
    {
        Enforcement = apply.Enforcement,
        Etag = apply.Etag,
        ValidateOnly = apply.ValidateOnly,
        ConfirmWithin = apply.ConfirmWithin,
        Comment = apply.Comment,
    };
}
