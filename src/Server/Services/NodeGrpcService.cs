using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using KernelFeatures = Mptcp.Native.PathManagement.KernelFeatures;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>
/// Tells who this host is, what its kernel can do and which addresses it has, and reads and sets its MPTCP sysctls.
/// </summary>
internal sealed partial class NodeGrpcService(
    HostNamespaces namespaces, DaemonIdentity identity, KernelLoop loop, TuningWorker tuning, SysctlUpdater updater) : NodeService.NodeServiceBase
{
    public override Task<GetInfoResponse> GetInfo(GetInfoRequest request, ServerCallContext context)
    {
        var reach = CallAccess.Of(context).Reach;
        var served = namespaces.Require(request.Namespace, reach);
        return Task.FromResult(new GetInfoResponse
        {
            Hostname = DaemonIdentity.ReadHostname(),
            BootId = identity.BootId.ToString(),
            KernelRelease = identity.KernelRelease,
            DaemonVersion = DaemonVersion.Text,
            DaemonEpoch = identity.Epoch.ToString(),
            Namespaces = { namespaces.All.Select(one => one.Name).Where(reach.Reaches) },
            Features = FeatureMapping.ToProto(
                KernelFeatures.Probe(served.PathManager, served.Sysctls), loop.EventBuffer(served), tuning.Obstacle?.Message),
        });
    }

    public override Task<ListSysctlsResponse> ListSysctls(ListSysctlsRequest request, ServerCallContext context)
    {
        var served = namespaces.Require(request.Namespace);
        return Task.FromResult(new ListSysctlsResponse { Sysctls = { served.Sysctls.List().Select(FeatureMapping.ToProto) } });
    }

    public override Task<UpdateSysctlsResponse> UpdateSysctls(UpdateSysctlsRequest request, ServerCallContext context)
    {
        Check(request);
        var served = namespaces.Require(request.Namespace);
        var (before, after) = updater.Update(served, [.. request.Sysctls.Select(sysctl => (sysctl.Name, sysctl.Value))]);
        var response = new UpdateSysctlsResponse { Sysctls = { after.Select(FeatureMapping.ToProto) } };
        var notes = AuditNotes.Of(context);
        notes.Before = new UpdateSysctlsResponse { Sysctls = { before.Select(FeatureMapping.ToProto) } };
        notes.After = response;
        return Task.FromResult(response);
    }

    private static void Check(UpdateSysctlsRequest request)
    {
        var violations = new RequestViolations();
        if (request.Sysctls.Count == 0)
            violations.Add("sysctls", "must hold at least one");

        var names = new HashSet<string>();
        for (var i = 0; i < request.Sysctls.Count; i++)
        {
            var sysctl = request.Sysctls[i];
            if (sysctl.Name.Length == 0)
                violations.Add($"sysctls[{i}].name", "is required");
            else if (!names.Add(sysctl.Name))
                violations.Add($"sysctls[{i}].name", $"must be there once, and \"{sysctl.Name}\" is there before");
            if (sysctl.Value.Length == 0)
                violations.Add($"sysctls[{i}].value", "is required");
            else if (sysctl.Value.Any(char.IsControl))
                violations.Add($"sysctls[{i}].value", "must be one line of text");
        }

        violations.ThrowIfAny();
    }
}
