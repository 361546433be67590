using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Mapping.Sockets;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Filters;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>
/// Shows what sock_diag tells. Every call asks over a netlink socket of its own: reading a long list takes many milliseconds, and those
/// who share a socket wait for each other.
/// </summary>
internal sealed partial class DiagnosticsGrpcService(
    HostNamespaces namespaces, KernelLoop loop, KernelRequestObserver observer, TimeProvider time) : DiagnosticsService.DiagnosticsServiceBase
{
    // A socket with everything is some 700 bytes, and a caller takes messages of 4 MiB unless it says otherwise.
    private const int BatchSize = 256;

    public override async Task ListSockets(
        ListSocketsRequest request, IServerStreamWriter<ListSocketsResponse> responses, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var query = SocketQueryParsing.Read(request, violations);
        new SocketFilterParsing(violations).Check(request.Filter, "filter");
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace);
        query = query with { Filter = SocketFilterParsing.Build(request.Filter, served) };

        var mapper = new SocketMapper(index => InterfaceIndex.NameOf(served, index));
        if (request.Protocol == SocketProtocol.Tcp)
            await SendAsync(Ask(served, diagnostics => diagnostics.ListTcpSockets(query)), mapper.ToProto, served, responses, context);
        else
            await SendAsync(AskMptcp(served, diagnostics => diagnostics.ListMptcpSockets(query)), mapper.ToProto, served, responses, context);
    }

    private async Task SendAsync<T>(
        List<T> sockets, Func<T, SocketInfo> toProto, HostNamespace served, IServerStreamWriter<ListSocketsResponse> responses,
        ServerCallContext context)
    {
        foreach (var batch in sockets.Chunk(BatchSize))
        {
            RequireServed(served);
            var message = new ListSocketsResponse { Sockets = new SocketBatch { Sockets = { batch.Select(toProto) } } };
            await responses.WriteAsync(message, context.CancellationToken);
        }

        RequireServed(served);
        var end = new SocketListComplete { Total = (ulong)sockets.Count };
        await responses.WriteAsync(new ListSocketsResponse { Complete = end }, context.CancellationToken);
    }

    private List<T> AskMptcp<T>(HostNamespace served, Func<SocketDiagnostics, List<T>> list)
    {
        RequireMptcpSockets(served);
        return Ask(served, list);
    }

    private List<T> Ask<T>(HostNamespace served, Func<SocketDiagnostics, List<T>> list)
    {
        using var diagnostics = SocketDiagnostics.Open(served.NetworkNamespace, observer.Observe);
        return Explain(() => list(diagnostics));
    }

    /// <summary>Asks the kernel, and says what it means where it refuses what only lists are refused for.</summary>
    private static T Explain<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (SocketFilterException exception)
        {
            var violations = new RequestViolations();
            violations.Add("filter", $"must fit into what the kernel takes: {exception.Message}");
            throw violations.ToException();
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.NotFound)
        {
            throw KernelErrors.Describe(
                refusal, StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing,
                "this kernel cannot show TCP sockets (INET_TCP_DIAG)");
        }
    }

    private static void RequireMptcpSockets(HostNamespace served)
    {
        if (!served.CanFindConnections)
        {
            throw new ControlPlaneException(
                StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing, "this kernel cannot show MPTCP sockets (INET_MPTCP_DIAG)");
        }
    }

    /// <summary>Refuses to go on with a namespace that the daemon has let go of.</summary>
    private void RequireServed(HostNamespace served)
    {
        if (namespaces.Find(served.Name) != served)
        {
            throw new ControlPlaneException(
                StatusCode.Unavailable, ErrorReason.NamespaceGone,
                $"the namespace {served.Name} vanished while the request was answered; what was sent is not all");
        }
    }
}
