using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>How a <see cref="PathController"/> plays its role. Only <see cref="Role"/> has no default.</summary>
/// <remarks>
/// What is called here is called by whatever thread has the news, and holds up what else there is to read: it returns soon. What it
/// throws goes to <see cref="OnError"/>; what that throws is lost.
/// </remarks>
public sealed class PathControllerOptions
{
    const int LongestName = 100;

    /// <summary>The role, which the daemon's policies or its configuration have.</summary>
    public required string Role { get; init; }

    /// <summary>What the controller calls itself, for people; at most 100 characters. Default: the name of the program.</summary>
    public string Name { get; init; } = AppDomain.CurrentDomain.FriendlyName;

    /// <summary>
    /// The election id, 1 or more, which is then never raised: of the controllers of a role the one with the highest id is primary.
    /// Null leaves it to the library, which makes the controller primary where the role has none, and keeps it a standby while there
    /// is one. Default: null.
    /// </summary>
    public ulong? ElectionId { get; init; }

    /// <summary>
    /// The longest time, of which a part is drawn by lot, that a standby waits before it bids for a role that has lost its primary,
    /// so that several do not do so at once; from zero to 1 minute. Only without an <see cref="ElectionId"/>. Default: 50 milliseconds.
    /// </summary>
    public TimeSpan LongestBidDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many decisions are worked on at once, 1 or more; others wait, and their time runs. Default: 64.</summary>
    public int MaxConcurrentDecisions { get; init; } = 64;

    /// <summary>
    /// The strategy that decides about a connection from here on when the code that was to decide about it throws; not
    /// <see cref="PathStrategy.Delegate"/>. Null gives no answer, so that the fallback of the policy acts once the time is over.
    /// Default: null.
    /// </summary>
    public PathStrategy? StrategyOnFailure { get; init; }

    /// <summary>How the controller goes on when its stream breaks, and how long it tries.</summary>
    public WatchReconnection Reconnection { get; init; } = new();

    /// <summary>Told when a session opens or ends, and when another controller, or none, becomes primary. Default: nobody is told.</summary>
    public Action<ControllerState>? OnPrimaryChanged { get; init; }

    /// <summary>Told of decisions that the daemon has accepted, with what came of their commands. Default: nobody is told.</summary>
    public Action<DecisionContext, DecisionResult>? OnDecided { get; init; }

    /// <summary>Told of requests without an answer that holds. Default: nobody is told.</summary>
    public Action<MissedDecision>? OnMissed { get; init; }

    /// <summary>
    /// Told of what the controller's own code throws, with the decision that it was to make, or null where it was told something.
    /// Default: nobody is told.
    /// </summary>
    public Action<Exception, DecisionContext?>? OnError { get; init; }

    internal TimeProvider Time => Reconnection.Time;

    internal double Draw() => Reconnection.Lot();

    internal void Validate()
    {
        var violations = new List<string>();
        if (string.IsNullOrEmpty(Role))
            violations.Add($"{nameof(Role)} is empty: it must be the name of a role");
        if (Name is null || Name.Length > LongestName)
            violations.Add($"{nameof(Name)} is {Name?.Length.ToString() ?? "null"}: it must have at most {LongestName} characters");
        if (ElectionId == 0)
            violations.Add($"{nameof(ElectionId)} is 0: it must be 1 or more, or null");
        if (LongestBidDelay < TimeSpan.Zero || LongestBidDelay > TimeSpan.FromMinutes(1))
            violations.Add($"{nameof(LongestBidDelay)} is {LongestBidDelay}: it must be from zero to 1 minute");
        if (MaxConcurrentDecisions < 1)
            violations.Add($"{nameof(MaxConcurrentDecisions)} is {MaxConcurrentDecisions}: it must be 1 or more");
        if (StrategyOnFailure is PathStrategy.Unspecified or PathStrategy.Delegate)
            violations.Add($"{nameof(StrategyOnFailure)} is {StrategyOnFailure}: it must be a strategy that needs no controller");
        violations.AddRange(Reconnection is null
            ? [$"{nameof(Reconnection)} is null: it must say how to go on"]
            : Reconnection.Violations().Select(violation => $"{nameof(Reconnection)}.{violation}"));
        if (violations.Count > 0)
            throw new ArgumentException("The options of the controller are wrong: " + string.Join("; ", violations));
    }
}
