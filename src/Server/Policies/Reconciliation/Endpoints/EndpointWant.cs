using System.Net;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>An endpoint that a policy wants.</summary>
/// <param name="Place">The address, and the port where one belongs to it.</param>
/// <param name="Flags">What the kernel does with it.</param>
/// <param name="From">The address as this host has it; null where it has not.</param>
internal sealed record EndpointWant(IPEndPoint Place, EndpointFlags Flags, HostPath? From)
{
    /// <summary>The interface that its subflows are bound to; 0 for none.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>Whether it was wanted for a full mesh, which the kernel does not take with an announcement.</summary>
    public bool LacksFullMesh { get; init; }

    /// <summary>Which endpoints are made first, should the kernel not take all.</summary>
    public int Rank => Flags.HasFlag(EndpointFlags.Subflow) ? Flags.HasFlag(EndpointFlags.Backup) ? 1 : 0
        : Flags.HasFlag(EndpointFlags.Signal) ? 2 : 3;
}
