using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Congestion;

namespace Mptcp.ControlPlane.Server.Kernel.Tuning;

/// <summary>How a subflow shall send.</summary>
/// <param name="Served">The namespace of its connection.</param>
/// <param name="Token">The token of its connection.</param>
/// <param name="Subflow">The subflow, as it is known.</param>
/// <param name="Settings">What to set.</param>
internal sealed record TuningOrder(HostNamespace Served, uint Token, Subflow Subflow, SubflowSettings Settings);
