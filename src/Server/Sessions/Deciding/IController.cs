namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>The controller of a session, as the kernel loop knows it. Nothing of it makes its caller wait.</summary>
internal interface IController
{
    /// <summary>Who it is.</summary>
    SessionIdentity Identity { get; }

    /// <summary>Asks it.</summary>
    void Ask(DecisionQuestion question);

    /// <summary>Notes that it was asked in vain.</summary>
    void NoteMissed(ulong question);

    /// <summary>Notes that it is asked no longer.</summary>
    void NoteDropped(ulong question);

    /// <summary>Tells it what came of a decision.</summary>
    void Tell(DecisionOutcome outcome);

    /// <summary>Tells it what came of a command.</summary>
    void Tell(CommandOutcome outcome);
}
