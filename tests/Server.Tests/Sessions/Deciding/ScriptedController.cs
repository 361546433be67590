using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>A controller that remembers what it was asked and told. What it answers, a test says.</summary>
internal sealed class ScriptedController(ulong id, string role = DelegatedHosts.RoleName) : IController
{
    /// <summary>What it wants of its connections.</summary>
    public int Taste => (int)id;

    public SessionIdentity Identity { get; } = new(id, role, id, $"controller {id}", PolicyAuthor.Daemon, DateTimeOffset.UnixEpoch);

    /// <summary>Every question, in order.</summary>
    public List<DecisionQuestion> Asked { get; } = [];

    /// <summary>Those that are waited for.</summary>
    public List<DecisionQuestion> Open { get; } = [];

    /// <summary>Those whose time was over.</summary>
    public List<DecisionQuestion> Missed { get; } = [];

    /// <summary>What came of its answers.</summary>
    public List<DecisionOutcome> Outcomes { get; } = [];

    /// <summary>Takes each outcome as it comes.</summary>
    public Action<DecisionOutcome> Told { get; set; } = static _ => { };

    public void Ask(DecisionQuestion question)
    {
        Asked.Add(question);
        Open.Add(question);
    }

    public void NoteMissed(ulong question)
    {
        Missed.Add(Assert.Single(Open, open => open.Id == question));
        NoteDropped(question);
    }

    public void NoteDropped(ulong question) => Assert.Equal(1, Open.RemoveAll(open => open.Id == question));

    public void Tell(DecisionOutcome outcome)
    {
        Outcomes.Add(outcome);
        Told(outcome);
    }

    public void Tell(CommandOutcome outcome) => throw new NotSupportedException();
}
