using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>The enumerations of policies in the contract's words.</summary>
internal static class PolicyWords
{
    public static readonly IReadOnlyDictionary<PolicyMode, Proto.PolicyMode> Modes = new Dictionary<PolicyMode, Proto.PolicyMode>
    {
        [PolicyMode.Userspace] = Proto.PolicyMode.Userspace,
        [PolicyMode.Kernel] = Proto.PolicyMode.Kernel,
    };

    public static readonly IReadOnlyDictionary<PathStrategy, Proto.PathStrategy> Strategies = new Dictionary<PathStrategy, Proto.PathStrategy>
    {
        [PathStrategy.None] = Proto.PathStrategy.None,
        [PathStrategy.FullMesh] = Proto.PathStrategy.FullMesh,
        [PathStrategy.Ndiffports] = Proto.PathStrategy.Ndiffports,
        [PathStrategy.PerInterface] = Proto.PathStrategy.PerInterface,
        [PathStrategy.Delegate] = Proto.PathStrategy.Delegate,
    };

    public static readonly IReadOnlyDictionary<AddressFamilies, Proto.IpFamily> Families = new Dictionary<AddressFamilies, Proto.IpFamily>
    {
        [AddressFamilies.IPv4] = Proto.IpFamily.Ipv4,
        [AddressFamilies.IPv6] = Proto.IpFamily.Ipv6,
    };

    public static readonly IReadOnlyDictionary<RemoteChoice, Proto.RemoteChoice> Remotes = new Dictionary<RemoteChoice, Proto.RemoteChoice>
    {
        [RemoteChoice.Initial] = Proto.RemoteChoice.Initial,
        [RemoteChoice.Announced] = Proto.RemoteChoice.Announced,
    };

    public static readonly IReadOnlyDictionary<BackupStandby, Proto.BackupStandby> Standbys = new Dictionary<BackupStandby, Proto.BackupStandby>
    {
        [BackupStandby.Hot] = Proto.BackupStandby.Hot,
        [BackupStandby.Cold] = Proto.BackupStandby.Cold,
    };

    public static readonly IReadOnlyDictionary<BackupTrigger, Proto.BackupTrigger> Triggers = new Dictionary<BackupTrigger, Proto.BackupTrigger>
    {
        [BackupTrigger.NoneLeft] = Proto.BackupTrigger.NoneLeft,
        [BackupTrigger.AnyLost] = Proto.BackupTrigger.AnyLost,
    };

    public static readonly IReadOnlyDictionary<PolicyEnforcement, Proto.PolicyEnforcement> Enforcements =
        new Dictionary<PolicyEnforcement, Proto.PolicyEnforcement>
        {
            [PolicyEnforcement.Enforce] = Proto.PolicyEnforcement.Enforce,
            [PolicyEnforcement.Monitor] = Proto.PolicyEnforcement.Monitor,
        };

    public static readonly IReadOnlyDictionary<PathStanding, Proto.PathStanding> Standings = new Dictionary<PathStanding, Proto.PathStanding>
    {
        [PathStanding.Missing] = Proto.PathStanding.Missing,
        [PathStanding.Connecting] = Proto.PathStanding.Connecting,
        [PathStanding.Established] = Proto.PathStanding.Established,
    };

    public static readonly IReadOnlyDictionary<PathStepKind, Proto.PathStep> Steps = new Dictionary<PathStepKind, Proto.PathStep>
    {
        [PathStepKind.None] = Proto.PathStep.Unspecified,
        [PathStepKind.Create] = Proto.PathStep.Create,
        [PathStepKind.Destroy] = Proto.PathStep.Destroy,
        [PathStepKind.MakeBackup] = Proto.PathStep.MakeBackup,
        [PathStepKind.MakeRegular] = Proto.PathStep.MakeRegular,
        [PathStepKind.Announce] = Proto.PathStep.Announce,
        [PathStepKind.Withdraw] = Proto.PathStep.Withdraw,
        [PathStepKind.Listen] = Proto.PathStep.Listen,
    };

    public static readonly IReadOnlyDictionary<EndpointStepKind, Proto.EndpointStep> EndpointSteps = new Dictionary<EndpointStepKind, Proto.EndpointStep>
    {
        [EndpointStepKind.None] = Proto.EndpointStep.Unspecified,
        [EndpointStepKind.Add] = Proto.EndpointStep.Add,
        [EndpointStepKind.Delete] = Proto.EndpointStep.Delete,
        [EndpointStepKind.SetFlags] = Proto.EndpointStep.SetFlags,
        [EndpointStepKind.Replace] = Proto.EndpointStep.Replace,
        [EndpointStepKind.SetLimits] = Proto.EndpointStep.SetLimits,
        [EndpointStepKind.RestoreLimits] = Proto.EndpointStep.RestoreLimits,
    };
}
