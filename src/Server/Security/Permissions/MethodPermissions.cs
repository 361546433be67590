using System.Collections.Frozen;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>
/// The one table of what each method needs. A method of the contract that is missing here fails the build (Server.csproj), and one that
/// is unknown is refused to everybody.
/// </summary>
internal static class MethodPermissions
{
    /// <summary>Every method, by the path that gRPC calls it by.</summary>
    public static FrozenDictionary<string, Permission> All { get; } = new Dictionary<string, Permission>
    {
        ["/mptcp.control.v1.NodeService/GetInfo"] = Permission.ReadNode,
        ["/mptcp.control.v1.NodeService/ListNamespaces"] = Permission.ReadNode,
        ["/mptcp.control.v1.NodeService/ListInterfaces"] = Permission.ReadNode,
        ["/mptcp.control.v1.NodeService/ListSysctls"] = Permission.ReadConfiguration,
        ["/mptcp.control.v1.NodeService/UpdateSysctls"] = Permission.ChangeSysctls,

        ["/mptcp.control.v1.EndpointService/ListEndpoints"] = Permission.ReadConfiguration,
        ["/mptcp.control.v1.EndpointService/GetEndpoint"] = Permission.ReadConfiguration,
        ["/mptcp.control.v1.EndpointService/CreateEndpoint"] = Permission.ChangeEndpoints,
        ["/mptcp.control.v1.EndpointService/UpdateEndpoint"] = Permission.ChangeEndpoints,
        ["/mptcp.control.v1.EndpointService/DeleteEndpoint"] = Permission.ChangeEndpoints,
        ["/mptcp.control.v1.EndpointService/FlushEndpoints"] = Permission.ChangeEndpoints,
        ["/mptcp.control.v1.EndpointService/GetLimits"] = Permission.ReadConfiguration,
        ["/mptcp.control.v1.EndpointService/UpdateLimits"] = Permission.ChangeEndpoints,

        ["/mptcp.control.v1.ConnectionService/ListConnections"] = Permission.ReadConnections,
        ["/mptcp.control.v1.ConnectionService/GetConnection"] = Permission.ReadConnections,
        ["/mptcp.control.v1.ConnectionService/CloseConnection"] = Permission.CloseConnections,
        ["/mptcp.control.v1.ConnectionService/ReconcileConnections"] = Permission.Reconcile,
        ["/mptcp.control.v1.ConnectionService/AnnounceAddress"] = Permission.ControlPaths,
        ["/mptcp.control.v1.ConnectionService/WithdrawAddress"] = Permission.ControlPaths,
        ["/mptcp.control.v1.ConnectionService/CreateSubflow"] = Permission.ControlPaths,
        ["/mptcp.control.v1.ConnectionService/DestroySubflow"] = Permission.ControlPaths,
        ["/mptcp.control.v1.ConnectionService/UpdateSubflow"] = Permission.ControlPaths,

        ["/mptcp.control.v1.EventService/Watch"] = Permission.ReadConnections,

        ["/mptcp.control.v1.DiagnosticsService/ListSockets"] = Permission.ReadSockets,
        ["/mptcp.control.v1.DiagnosticsService/Sample"] = Permission.ReadConnections,

        ["/mptcp.control.v1.PolicyService/ApplyPolicies"] = Permission.ChangePolicies,
        ["/mptcp.control.v1.PolicyService/ConfirmPolicies"] = Permission.ChangePolicies,
        ["/mptcp.control.v1.PolicyService/RollBackPolicies"] = Permission.ChangePolicies,
        ["/mptcp.control.v1.PolicyService/GetPolicies"] = Permission.ReadConfiguration,
        ["/mptcp.control.v1.PolicyService/ListPolicyRevisions"] = Permission.ReadConfiguration,
        ["/mptcp.control.v1.PolicyService/ExplainConnection"] = Permission.ReadConnections,
        ["/mptcp.control.v1.PolicyService/ExplainNamespace"] = Permission.ReadConfiguration,
        ["/mptcp.control.v1.PolicyService/ListDifferences"] = Permission.ReadConnections,

        ["/mptcp.control.v1.SessionService/Control"] = Permission.PlayRole,
        ["/mptcp.control.v1.SessionService/ListSessions"] = Permission.ReadConnections,

        // What load balancers ask, and what tells no more than the contract.
        ["/grpc.health.v1.Health/Check"] = Permission.None,
        ["/grpc.health.v1.Health/Watch"] = Permission.None,
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = Permission.None,
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = Permission.None,
    }.ToFrozenDictionary();
}
