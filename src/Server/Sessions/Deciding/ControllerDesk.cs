using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>
/// Who is primary of which role, and what they are asked. The kernel loop's thread alone uses it: an answer, the end of its time and a
/// new primary come one after the other there, so that no connection is decided about by two.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ControllerDesk(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    private readonly Dictionary<string, Seat> _seats = [];
    private readonly Dictionary<(ulong Session, ulong Question), (PathKeeper Keeper, uint Token)> _open = [];
    private readonly Dictionary<string, int> _subflows = [];
    private readonly List<SessionChange> _changes = [];
    private ulong _lastQuestion;

    /// <summary>Whether any role has a primary.</summary>
    public bool HasAny => _seats.Count > 0;

    /// <summary>The primary of a role; null for none.</summary>
    public Seat? Find(string role) => _seats.GetValueOrDefault(role);

    /// <summary>
    /// The primary who decides in a scope that a connection is known to be in, of the first such role by name; null for none. A role that
    /// policies only name reaches what they delegate to it, and no more.
    /// </summary>
    public Seat? FindHolder(ConnectionFacts facts)
    {
        foreach (var seat in _seats.Values.OrderBy(seat => seat.Role.Name, StringComparer.Ordinal))
        {
            if (seat.Role.IsStated && seat.Role.Scope.Matches(facts) == true)
                return seat;
        }

        return null;
    }

    /// <summary>Has somebody be primary of a role, or nobody.</summary>
    public void Sit(Role role, IController? controller)
    {
        if (controller is null)
            _seats.Remove(role.Name);
        else
            _seats[role.Name] = new Seat(role, controller);
    }

    /// <summary>Lets the primary of a role begin.</summary>
    public void Open(string role)
    {
        if (Find(role) is { } seat)
            seat.IsOpen = true;
    }

    /// <summary>Has roles be as they are stated now.</summary>
    public void Adopt(IReadOnlyList<Role> roles)
    {
        foreach (var role in roles)
        {
            if (_seats.TryGetValue(role.Name, out var seat))
                seat.Role = role;
        }
    }

    /// <summary>Notes that a controller commands something.</summary>
    /// <returns>Whether it was thought to be silent, and is so no longer.</returns>
    public bool Hear(IController controller)
        => Find(controller.Identity.Role) is { } seat && seat.Controller == controller && NoteHeard(seat, seat.HearCommand());

    /// <summary>Whether a controller is asked now, and how long it is until then.</summary>
    public TimeSpan UntilAsked(Seat seat)
    {
        var now = Now;
        return seat.MayBeAsked(now) ? TimeSpan.Zero : seat.AskedAgainAt > now ? seat.AskedAgainAt - now : Timeout.InfiniteTimeSpan;
    }

    /// <summary>Asks the primary of a role.</summary>
    public DecisionQuestion Ask(Seat seat, PathKeeper keeper, Func<ulong, DecisionQuestion> question)
    {
        var asked = question(++_lastQuestion);
        _open[(seat.Controller.Identity.Id, asked.Id)] = (keeper, asked.Connection.Token);
        seat.NoteAsked(asked.Id);
        seat.Controller.Ask(asked);
        return asked;
    }

    /// <summary>Waits for an answer no longer.</summary>
    public void Close(IController controller, ulong question)
    {
        if (!_open.Remove((controller.Identity.Id, question)))
            return;
        if (Find(controller.Identity.Role) is { } seat && seat.Controller == controller)
            seat.NoteClosed(question);
        controller.NoteDropped(question);
    }

    /// <summary>Waits for an answer no longer, as its time is over.</summary>
    public void Miss(Seat seat, ulong question)
    {
        _open.Remove((seat.Controller.Identity.Id, question));
        seat.Controller.NoteMissed(question);
        if (seat.Miss(question, Now))
            _changes.Add(new SessionChange(SessionChangeKind.Unresponsive, seat.Controller.Identity) { Primary = true });
    }

    /// <summary>Notes that an answer has come, which is taken in a moment.</summary>
    /// <returns>Whether the controller was thought to be silent, and is so no longer.</returns>
    public bool NoteArrived(IController controller, ulong question)
    {
        if (!_open.TryGetValue((controller.Identity.Id, question), out var asker) || Find(controller.Identity.Role) is not { } seat || seat.Controller != controller)
            return false;
        asker.Keeper.NoteArrived(asker.Token, question);
        return NoteHeard(seat, seat.Hear(inTime: true, Now));
    }

    /// <summary>Takes an answer to where it is waited for, or says why nobody does.</summary>
    /// <param name="controller">Who answers.</param>
    /// <param name="question">What.</param>
    /// <param name="answer">The answer; null for one that nobody waits for.</param>
    /// <returns>Whether the controller was thought to be silent, and is so no longer.</returns>
    public bool Answer(IController controller, ulong question, DecisionAnswer? answer)
    {
        var seat = Find(controller.Identity.Role);
        if (seat?.Controller != controller)
        {
            Refuse(SessionRefusal.NotPrimary, NotPrimary(controller, seat));
            return false;
        }

        if (answer is not null && _open.Remove((controller.Identity.Id, question), out var asker))
        {
            seat.NoteClosed(question);
            var isBack = NoteHeard(seat, seat.Hear(inTime: true, Now));
            asker.Keeper.Answer(controller, asker.Token, question, answer);
            return isBack;
        }

        if (question != 0 && question <= _lastQuestion)
            Refuse(SessionRefusal.DecisionLate, $"the time of the decision {question} was over, or its connection is gone; nothing was done of it");
        else
            Refuse(SessionRefusal.DecisionUnknown, $"nobody has asked for a decision {question}");
        return NoteHeard(seat, seat.Hear(inTime: false, Now));

        void Refuse(SessionRefusal refusal, string message)
            => controller.Tell(new DecisionOutcome(question, new SessionRefusedException(refusal, message), []));
    }

    /// <summary>Refuses a controller who is not primary.</summary>
    /// <exception cref="SessionRefusedException">It is not.</exception>
    public Seat RequirePrimary(IController controller)
        => Find(controller.Identity.Role) is { IsOpen: true } seat && seat.Controller == controller
            ? seat
            : throw new SessionRefusedException(SessionRefusal.NotPrimary, NotPrimary(controller, Find(controller.Identity.Role)));

    /// <summary>How many live subflows controllers of a role have made.</summary>
    public int SubflowsOf(string role) => _subflows.GetValueOrDefault(role);

    /// <summary>Notes that there are more of them, or fewer.</summary>
    public void CountSubflows(string role, int more)
    {
        if (more != 0)
            _subflows[role] = SubflowsOf(role) + more;
    }

    /// <summary>Takes what changed of sessions and has not been told.</summary>
    public IReadOnlyList<SessionChange> TakeChanges()
    {
        if (_changes.Count == 0)
            return [];
        var changes = _changes.ToArray();
        _changes.Clear();
        return changes;
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    private bool NoteHeard(Seat seat, bool isBack)
    {
        if (isBack)
            _changes.Add(new SessionChange(SessionChangeKind.Responsive, seat.Controller.Identity) { Primary = true });
        return isBack;
    }

    private static string NotPrimary(IController controller, Seat? seat) => seat is null
        ? $"the role {controller.Identity.Role} has no primary; a bid with a higher election id makes one"
        : $"the session {seat.Controller.Identity.Id} is primary of the role {controller.Identity.Role}, with the election id {seat.Controller.Identity.ElectionId}";
}
