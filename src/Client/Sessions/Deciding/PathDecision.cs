using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>What a controller answers: commands, or a strategy that decides in its place.</summary>
public sealed class PathDecision
{
    /// <summary>As many commands as a decision may have.</summary>
    public const int MostCommands = 512;

    PathDecision(IReadOnlyList<PathCommand> actions, PathStrategy? deferredTo)
    {
        Actions = actions;
        DeferredTo = deferredTo;
    }

    /// <summary>Does nothing until the next decision or command.</summary>
    public static PathDecision Nothing { get; } = new([], null);

    /// <summary>The commands, in the order in which they are done.</summary>
    public IReadOnlyList<PathCommand> Actions { get; }

    /// <summary>The strategy that decides from here on; null when there are commands, or nothing is done.</summary>
    public PathStrategy? DeferredTo { get; }

    /// <summary>
    /// Leaves the connection to a strategy. The controller is not asked about it again, until it commands something of it, or becomes
    /// primary anew.
    /// </summary>
    /// <param name="strategy">The strategy; not <see cref="PathStrategy.Delegate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is no strategy that decides.</exception>
    public static PathDecision Defer(PathStrategy strategy) => strategy is PathStrategy.Unspecified or PathStrategy.Delegate
        ? throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "a strategy that needs no controller must be named")
        : new PathDecision([], strategy);

    /// <summary>Has commands done, of which one that fails does not keep the next ones from being done.</summary>
    /// <param name="commands">The commands, in order; see <see cref="PathActions"/>.</param>
    /// <exception cref="ArgumentException">They are more than <see cref="MostCommands"/>.</exception>
    public static PathDecision Commands(params IEnumerable<PathCommand> commands)
    {
        IReadOnlyList<PathCommand> actions = [.. commands];
        return actions.Count > MostCommands
            ? throw new ArgumentException($"a decision has at most {MostCommands} commands, and here are {actions.Count}", nameof(commands))
            : new PathDecision(actions, null);
    }

    /// <summary>
    /// Gives the connection exactly these paths beside its initial subflow. What is missing is created, subflows that are backups and
    /// shall be none, or the other way round, are changed, and others are ended.
    /// </summary>
    /// <param name="context">What was asked.</param>
    /// <param name="paths">
    /// The paths that it shall have; one that is given twice counts once. Which local port a subflow has makes no difference.
    /// </param>
    /// <remarks>
    /// Subflows that are under way count as being there. Only established ones are changed or ended, and ended only such as this host
    /// made by a policy, a controller, or before the daemon's start: those of the application, of the peer, and of callers by hand stay.
    /// A path that is the initial subflow's gets a subflow of its own.
    /// </remarks>
    /// <exception cref="ArgumentException">A path has no remote port, or there would be more than <see cref="MostCommands"/> commands.</exception>
    public static PathDecision Exactly(DecisionContext context, params IEnumerable<WantedPath> paths)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(paths);
        return Commands(PathDifference.Between(context.Connection, paths));
    }

    internal Decision ToMessage(ulong decisionId)
    {
        var message = new Decision { DecisionId = decisionId };
        if (DeferredTo is { } strategy)
            message.DeferTo = strategy;
        else
            message.Commands = new PathCommands { Commands = { Actions } };
        return message;
    }

    /// <summary>Both decisions in one: who defers leaves nothing to command, and what both say is done once.</summary>
    internal PathDecision And(PathDecision other) => (this, other) switch
    {
        ({ DeferredTo: not null }, _) => this,
        (_, { DeferredTo: not null }) => other,
        _ when ReferenceEquals(this, other) => this,
        _ => Commands(Actions.Concat(other.Actions).Distinct()),
    };
}
