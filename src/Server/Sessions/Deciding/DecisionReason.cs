using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>Why a connection is to be decided about.</summary>
/// <param name="Cause">What happened.</param>
internal sealed record DecisionReason(DecisionCause Cause)
{
    /// <summary>The peer's address, where it is about one.</summary>
    public AnnouncedAddress? Address { get; init; }

    /// <summary>The subflow, where it is about one.</summary>
    public Subflow? Subflow { get; init; }

    /// <summary>The address of this host, where it is about one.</summary>
    public HostPath? LocalAddress { get; init; }
}
