using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>Hears what comes of what a session says. Nothing of it makes its caller wait.</summary>
internal interface ISessionRecorder
{
    /// <summary>An answer was taken, or refused.</summary>
    void Told(DecisionOutcome outcome);

    /// <summary>A command was done, or refused. Those of a session come in the order in which it sent them.</summary>
    void Told(CommandOutcome outcome);
}
