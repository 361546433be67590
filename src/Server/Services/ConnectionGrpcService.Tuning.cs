using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.Diagnostics;

namespace Mptcp.ControlPlane.Server.Services;

/// <content>Changing how subflows send.</content>
internal sealed partial class ConnectionGrpcService
{
    public override async Task<TuneSubflowResponse> TuneSubflow(TuneSubflowRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var addresses = ReadAddresses(request.Local, request.Remote, "", violations);
        var settings = TuningParsing.Read(request.CongestionControl, request.CongestionWindowClamp, request.PacingRate, "", violations);
        violations.ThrowIfAny();
        var reach = CallAccess.Of(context).Reach;
        var served = namespaces.Require(request.Namespace, reach);
        var connection = await RequireConnectionAsync(served, request.Token, request.ConnectionId, context);
        if (tuning.Obstacle is { } obstacle)
            throw obstacle;
        using var write = await BeginWriteAsync(served, request.Token, request.OverrideHolder, context);

        connection ??= await loop.AskAsync(served, (table, now) => table.FindOrAdopt(request.Token, now), context.CancellationToken)
            ?? throw ConnectionRefusals.NotFound(served, request.Token, namespaces, reach);
        var subflow = connection.FindSubflow(addresses!.Local, addresses.Remote)
            ?? throw TuningRefusedException.NotFound(request.Token, addresses.Local, addresses.Remote);
        await tuning.TuneAsync(new TuningOrder(served, request.Token, subflow, settings!));

        var socket = served.Diagnostics.FindTcpSocket(
            subflow.Local, subflow.Remote, subflow.InterfaceIndex, SocketExtensions.Info | SocketExtensions.CongestionControl);
        // Without a socket there is nothing to tell: it was tuned, and ended.
        return new TuneSubflowResponse
        {
            CongestionControl = socket?.CongestionControl ?? "",
            CongestionWindow = socket?.Info?.CongestionWindow ?? 0,
            PacingRate = socket?.Info?.MaximumPacingRate is { } rate and not ulong.MaxValue ? rate : 0,
        };
    }
}
