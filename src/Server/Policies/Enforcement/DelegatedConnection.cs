using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>How it stands with a connection that a policy delegates to a role.</summary>
/// <param name="role">The name of the role.</param>
internal sealed class DelegatedConnection(string role)
{
    private (PathPolicy Policy, PathStrategy Strategy, PathPolicy Effective)? _effective;

    public string Role { get; } = role;

    /// <summary>Who decides.</summary>
    public DelegationStanding Standing { get; set; }

    /// <summary>The primary that was asked last, or decided; null for none. Who is primary again is another one.</summary>
    public Seat? Seat { get; set; }

    public IController? Controller => Seat?.Controller;

    /// <summary>How often that one had been heard of again when it was asked last.</summary>
    public int Returns { get; set; }

    /// <summary>The first request for a subflow that may be the answer to its last question: those before were under way then.</summary>
    public long FirstRequest { get; set; }

    /// <summary>The strategy that it was deferred to.</summary>
    public PathStrategy DeferredTo { get; set; }

    /// <summary>What the controller has not been asked yet.</summary>
    public List<DecisionReason> Reasons { get; } = [];

    /// <summary>What it is asked now; null for nothing.</summary>
    public OpenQuestion? Question { get; set; }

    /// <summary>Since when nobody is there who could decide; null since somebody is who was told so.</summary>
    public TimeSpan? LostAt { get; set; }

    /// <summary>How many live subflows it has that controllers made.</summary>
    public int Subflows { get; set; }

    /// <summary>Has the fallback decide.</summary>
    public void FallBack()
    {
        Standing = DelegationStanding.Fallback;
        Question = null;
        Reasons.Clear();
    }

    /// <summary>The policy as it is with a strategy in the place of the delegation.</summary>
    public PathPolicy With(PathPolicy policy, PathStrategy strategy)
    {
        if (_effective is { } known && ReferenceEquals(known.Policy, policy) && known.Strategy == strategy)
            return known.Effective;
        var effective = policy with { Strategy = strategy, Delegation = null };
        _effective = (policy, strategy, effective);
        return effective;
    }

    /// <summary>What a controller is asked.</summary>
    /// <param name="Id">Names the question.</param>
    /// <param name="AskedAt">When.</param>
    internal sealed record OpenQuestion(ulong Id, TimeSpan AskedAt)
    {
        /// <summary>When its time is over; null until the connection is established.</summary>
        public TimeSpan? Due { get; init; }

        /// <summary>Whether an answer has come that waits for its role's budget.</summary>
        public bool HasArrived { get; init; }

        /// <summary>The answer, where it came before the connection was established.</summary>
        public DecisionAnswer? Answer { get; init; }
    }
}
