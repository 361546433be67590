using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Services;

internal sealed partial class NodeGrpcService
{
    public override Task<ListNamespacesResponse> ListNamespaces(ListNamespacesRequest request, ServerCallContext context)
    {
        var reach = CallAccess.Of(context).Reach;
        return Task.FromResult(new ListNamespacesResponse
        {
            Namespaces = { NamespaceMapping.ToProto(namespaces, NamespaceNames.List()).Where(one => reach.Reaches(one.Name)) },
        });
    }

    public override Task<ListInterfacesResponse> ListInterfaces(ListInterfacesRequest request, ServerCallContext context)
    {
        var served = namespaces.Require(request.Namespace, CallAccess.Of(context).Reach);
        return Task.FromResult(new ListInterfacesResponse
        {
            Interfaces = { served.Routes.ListInterfaces().Select(InterfaceMapping.ToProto) },
        });
    }
}
