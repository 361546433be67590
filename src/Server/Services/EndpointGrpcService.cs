using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Manages the in-kernel path manager. Holds nothing itself: every answer is what the kernel says at the time.</summary>
internal sealed class EndpointGrpcService(HostNamespaces namespaces) : EndpointService.EndpointServiceBase
{
    private const EndpointFlags Changeable = EndpointFlags.Backup | EndpointFlags.FullMesh;

    public override Task<ListEndpointsResponse> ListEndpoints(ListEndpointsRequest request, ServerCallContext context)
    {
        var served = namespaces.Require(request.Namespace);
        var endpoints = served.PathManager.ListEndpoints().Select(endpoint => EndpointMapping.ToProto(endpoint, served));
        return Task.FromResult(new ListEndpointsResponse { Endpoints = { endpoints } });
    }

    public override Task<GetEndpointResponse> GetEndpoint(GetEndpointRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var id = AddressParsing.ParseId(request.Id, lowest: 1, "id", violations);
        violations.ThrowIfAny();

        var served = namespaces.Require(request.Namespace);
        var endpoint = served.PathManager.GetEndpoint(id!.Value);
        return Task.FromResult(new GetEndpointResponse { Endpoint = EndpointMapping.ToProto(endpoint, served) });
    }

    public override Task<CreateEndpointResponse> CreateEndpoint(CreateEndpointRequest request, ServerCallContext context)
    {
        var wanted = EndpointMapping.ParseNew(request.Endpoint);
        var served = namespaces.Require(request.Namespace);
        wanted = wanted with
        {
            InterfaceIndex = InterfaceIndex.Find(
                served, request.Endpoint.Interface, request.Endpoint.InterfaceIndex, "endpoint.interface_index"),
        };

        served.PathManager.AddEndpoint(wanted);
        var created = ReadBack(served, wanted);
        var dropped = wanted.Flags & ~created.Flags;
        if (dropped != EndpointFlags.None)
        {
            // The kernel took it without the flags that it does not know; half of what was asked for is not what was asked for.
            served.PathManager.DeleteEndpoint(created.Id);
            throw FlagsMissing(dropped);
        }

        var message = EndpointMapping.ToProto(created, served);
        AuditNotes.Of(context).After = message;
        return Task.FromResult(new CreateEndpointResponse { Endpoint = message });
    }

    public override Task<UpdateEndpointResponse> UpdateEndpoint(UpdateEndpointRequest request, ServerCallContext context)
    {
        var (id, flags) = Parse(request);
        var served = namespaces.Require(request.Namespace);
        var before = served.PathManager.GetEndpoint(id);
        var notes = AuditNotes.Of(context);
        notes.Before = EndpointMapping.ToProto(before, served);
        RefuseOtherFlags(before.Flags & ~EndpointFlags.Implicit, flags);

        served.PathManager.SetEndpointFlags(id, flags);
        var after = served.PathManager.GetEndpoint(id);
        var ignored = (after.Flags ^ flags) & Changeable;
        if (ignored != EndpointFlags.None)
        {
            served.PathManager.SetEndpointFlags(id, before.Flags);
            throw FlagsMissing(ignored);
        }

        var message = EndpointMapping.ToProto(after, served);
        notes.After = message;
        return Task.FromResult(new UpdateEndpointResponse { Endpoint = message });
    }

    public override Task<DeleteEndpointResponse> DeleteEndpoint(DeleteEndpointRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var id = AddressParsing.ParseId(request.Id, lowest: 0, "id", violations);
        var initial = id == 0 ? AddressParsing.ParseAddress(request.Address, "address", violations) : null;
        if (id != 0 && request.Address.Length > 0)
            violations.Add("address", "must be empty, unless the id is 0");
        violations.ThrowIfAny();

        var served = namespaces.Require(request.Namespace);
        if (initial is null)
        {
            // Of one that is not there the kernel says so when it is to be deleted.
            if (served.PathManager.ListEndpoints().FirstOrDefault(endpoint => endpoint.Id == id) is { } before)
                AuditNotes.Of(context).Before = EndpointMapping.ToProto(before, served);
            served.PathManager.DeleteEndpoint(id!.Value);
        }
        else
            served.PathManager.DeleteInitialAddress(initial);
        return Task.FromResult(new DeleteEndpointResponse());
    }

    public override Task<FlushEndpointsResponse> FlushEndpoints(FlushEndpointsRequest request, ServerCallContext context)
    {
        var served = namespaces.Require(request.Namespace);
        AuditNotes.Of(context).Before = new ListEndpointsResponse
        {
            Endpoints = { served.PathManager.ListEndpoints().Select(endpoint => EndpointMapping.ToProto(endpoint, served)) },
        };
        served.PathManager.FlushEndpoints();
        return Task.FromResult(new FlushEndpointsResponse());
    }

    public override Task<GetLimitsResponse> GetLimits(GetLimitsRequest request, ServerCallContext context)
    {
        var served = namespaces.Require(request.Namespace);
        return Task.FromResult(new GetLimitsResponse { Limits = ReadLimits(served) });
    }

    public override Task<UpdateLimitsResponse> UpdateLimits(UpdateLimitsRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var limits = request.Limits ?? new Limits();
        if (!limits.HasSubflows && !limits.HasAddAddrAccepted)
            violations.Add("limits", "must hold at least one: subflows, add_addr_accepted");
        violations.ThrowIfAny();

        var served = namespaces.Require(request.Namespace);
        var notes = AuditNotes.Of(context);
        notes.Before = ReadLimits(served);
        served.PathManager.SetLimits(
            limits.HasSubflows ? limits.Subflows : null, limits.HasAddAddrAccepted ? limits.AddAddrAccepted : null);
        var after = ReadLimits(served);
        notes.After = after;
        return Task.FromResult(new UpdateLimitsResponse { Limits = after });
    }

    private static (byte Id, EndpointFlags Flags) Parse(UpdateEndpointRequest request)
    {
        var violations = new RequestViolations();
        if (request.Endpoint is null)
            violations.Add("endpoint", "is required");
        foreach (var path in request.UpdateMask?.Paths.Where(path => path != "flags") ?? [])
            violations.Add("update_mask", $"must hold nothing but \"flags\", and holds \"{path}\"");

        var endpoint = request.Endpoint ?? new Control.V1.Endpoint { Id = 1 };
        var id = AddressParsing.ParseId(endpoint.Id, lowest: 1, "endpoint.id", violations);
        var flags = EndpointMapping.ParseFlags(endpoint.Flags, violations);
        violations.ThrowIfAny();
        return (id!.Value, flags);
    }

    // The kernel would say OK and leave them as they are.
    private static void RefuseOtherFlags(EndpointFlags before, EndpointFlags wanted)
    {
        var others = (before ^ wanted) & ~Changeable;
        if (others == EndpointFlags.None)
            return;
        var violations = new RequestViolations();
        violations.Add(
            "endpoint.flags",
            $"must differ in {EndpointMapping.NamesOf(Changeable)} only, and differs in {EndpointMapping.NamesOf(others)}; "
            + "to change those, delete the endpoint and create it again");
        violations.ThrowIfAny();
    }

    private static Endpoint ReadBack(HostNamespace served, Endpoint added) => added.Id != 0
        ? served.PathManager.GetEndpoint(added.Id)
        : served.PathManager.ListEndpoints().FirstOrDefault(
            endpoint => endpoint.Address.Equals(added.Address) && endpoint.Port == added.Port)
            ?? throw new ControlPlaneException(
                StatusCode.NotFound, ErrorReason.EndpointNotFound, "the endpoint was added, and somebody has deleted it since");

    private static Limits ReadLimits(HostNamespace served)
    {
        var limits = served.PathManager.GetLimits();
        return new Limits { Subflows = limits.Subflows, AddAddrAccepted = limits.AcceptedAddresses };
    }

    private static ControlPlaneException FlagsMissing(EndpointFlags flags) => new(
        StatusCode.Unimplemented,
        ErrorReason.KernelFeatureMissing,
        $"this kernel does not know {EndpointMapping.NamesOf(flags)}; nothing was changed");
}
