using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>A connection of which what is known may not be what is.</summary>
/// <param name="Token">Its token.</param>
/// <param name="Subflows">Subflows that it may have besides those known.</param>
internal readonly record struct Suspect(uint Token, IReadOnlyList<SubflowEnds> Subflows)
{
    /// <summary>Which of its known subflows were missing when it was looked at before; null when that was not so.</summary>
    public IReadOnlyList<SubflowEnds>? Missed { get; init; }

    /// <summary>The comparison that found it, and waits for what comes of it; null when no whole comparison did.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>What differences that are found are told to come from.</summary>
    public StateEventCause Cause { get; init; } = StateEventCause.Survey;

    /// <summary>One of which a command may have changed more than the kernel tells.</summary>
    public static Suspect OfCommand(uint token) => new(token, []) { Cause = StateEventCause.Command };
}
