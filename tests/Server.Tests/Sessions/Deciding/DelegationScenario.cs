using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Two hosts whose connections are delegated, and two controllers. Of the controller and the fallback each wants other paths.</summary>
public abstract class DelegationScenario
{
    private protected const string A = DelegatedHosts.A, B = DelegatedHosts.B, C = DelegatedHosts.C;
    private protected static readonly IPEndPoint Remote = DelegatedHosts.Remote;
    private protected static readonly string[] OfFallback = [DelegatedHosts.PathOf(A, Remote), DelegatedHosts.PathOf(A, Remote)];
    private protected static readonly string[] OfController = [DelegatedHosts.PathOf(B, Remote)];

    private protected DelegatedHosts Hosts { get; } = new(count: 2, PathStrategy.Ndiffports);

    private protected ScriptedController First { get; } = new(1);

    private protected ScriptedController Second { get; } = new(2);

    private protected KeptHost Host => Hosts.Host;

    private protected static IReadOnlyList<DecisionCause> CausesOf(DecisionQuestion question) => [.. question.Reasons.Select(reason => reason.Cause)];

    // The connection is there, and the controller asked about it.
    private protected DecisionQuestion Asked()
    {
        Hosts.Seats(First);
        Host.Kernel.Connect();
        Hosts.Settle();
        return Assert.Single(First.Open);
    }

    private protected void Decided()
    {
        Hosts.Answer(First, Asked(), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }
}
