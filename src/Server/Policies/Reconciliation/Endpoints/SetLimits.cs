using System.Collections.Immutable;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>Limits that policies have set.</summary>
/// <param name="Before">What they were before.</param>
/// <param name="Values">What they were set to, one after the other: any other value is somebody else's.</param>
internal sealed record SetLimits(EndpointLimits Before, ImmutableHashSet<EndpointLimits> Values);
