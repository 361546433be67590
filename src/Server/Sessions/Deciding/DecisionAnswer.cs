using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>What a controller answers.</summary>
/// <param name="Orders">What to do; nothing else is done until the next decision.</param>
/// <param name="DeferTo">The strategy that decides from here on; null where the orders do.</param>
internal sealed record DecisionAnswer(ImmutableArray<PathOrder> Orders, PathStrategy? DeferTo);
