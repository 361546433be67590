using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sessions;

/// <summary>What controllers are asked, as the contract tells it.</summary>
internal static class DecisionMapping
{
    public static Proto.DecisionRequest ToProto(DecisionQuestion question)
    {
        var delegation = question.Policy.Delegation!;
        return new Proto.DecisionRequest
        {
            DecisionId = question.Id,
            Connection = ConnectionMapping.ToProto(question.Connection),
            Reasons = { question.Reasons.Select(ToProto) },
            LocalAddresses = { question.LocalAddresses.Select(ToProto) },
            Deadline = Duration.FromTimeSpan(delegation.Deadline),
            Fallback = PolicyWords.Strategies[delegation.Fallback],
            Policy = question.Policy.Name,
        };
    }

    private static Proto.DecisionReason ToProto(DecisionReason reason) => new()
    {
        Cause = ToProto(reason.Cause),
        Address = reason.Address is { } address ? ConnectionMapping.ToProto(address) : null,
        Subflow = reason.Subflow is { } subflow ? ConnectionMapping.ToProto(subflow) : null,
        LocalAddress = reason.LocalAddress is { } local ? ToProto(local) : null,
    };

    private static Proto.LocalAddress ToProto(HostPath path) => new()
    {
        InterfaceIndex = path.InterfaceIndex,
        InterfaceName = path.InterfaceName,
        Address = new Proto.InterfaceAddress { Address = path.Address.ToString(), Usability = InterfaceMapping.ToProto(path.Usability) },
    };

    private static Proto.DecisionCause ToProto(DecisionCause cause) => cause switch
    {
        DecisionCause.Established => Proto.DecisionCause.Established,
        DecisionCause.HandedOver => Proto.DecisionCause.HandedOver,
        DecisionCause.AddressAnnounced => Proto.DecisionCause.AddressAnnounced,
        DecisionCause.AddressRemoved => Proto.DecisionCause.AddressRemoved,
        DecisionCause.SubflowClosed => Proto.DecisionCause.SubflowClosed,
        DecisionCause.SubflowFailed => Proto.DecisionCause.SubflowFailed,
        DecisionCause.SubflowAppeared => Proto.DecisionCause.SubflowAppeared,
        DecisionCause.LocalAddressUp => Proto.DecisionCause.LocalAddressUp,
        DecisionCause.LocalAddressDown => Proto.DecisionCause.LocalAddressDown,
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "a cause of no kind"),
    };
}
