using System.Globalization;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Election;
using Mptcp.ControlPlane.Server.Sessions.Writing;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>The sessions of all roles. One comes, goes or raises its bid after the other, and each change is whole before the next.</summary>
/// <param name="target">What does what they decide.</param>
/// <param name="memory">The highest election ids.</param>
/// <param name="writes">The writes of others.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionRegistry(IControllerTarget target, ElectionMemory memory, WriteGate writes, TimeProvider time) : IDisposable
{
    /// <summary>How many sessions there may be of a role.</summary>
    public const int MostSessionsOfRole = 64;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, RoleRoom> _rooms = [];
    private Roles _roles = new([], PolicyDocument.Empty);
    private ulong _lastId;

    /// <summary>Has roles be as they are stated now; sessions of those that are gone end.</summary>
    public async Task AdoptAsync(Roles roles)
    {
        await _turn.WaitAsync();
        try
        {
            _roles = roles;
            target.Adopt(roles.All);
            foreach (var (name, room) in _rooms.ToList())
            {
                if (roles.Find(name) is { } role)
                {
                    room.Adopt(role);
                    foreach (var (_, session) in room.Election.Sessions.Where(one => !MayPlay(role, one.Value.Identity.Caller)).ToList())
                        await LeaveAsync(room, session, Forbidden(role, session.Identity.Caller));
                    continue;
                }

                var gone = new SessionRefusedException(SessionRefusal.RoleRemoved, $"the role {name} is gone from the policies and the configuration");
                foreach (var (_, session) in room.Election.Sessions.ToList())
                    await LeaveAsync(room, session, gone);
                // Its streams may still be at their last commands: what it has is left to the collector.
                _rooms.Remove(name);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Opens a session. When it returns, the controller is primary, or somebody else is.</summary>
    /// <exception cref="SessionRefusedException">It may not have one.</exception>
    public async Task<(ControllerSession Session, RoleRoom Room, PrimaryStanding Standing)> OpenAsync(SessionBid bid, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var room = RoomOf(bid);
            RequireFree(room, bid.ElectionId, bid.Caller);
            if (room.Election.Count >= MostSessionsOfRole)
                throw new SessionRefusedException(SessionRefusal.TooManySessions, $"the role {bid.Role} has {MostSessionsOfRole} sessions, which is the most it can have");
            memory.Note(bid.Role, bid.ElectionId, BidderOf(bid.Caller));
            var session = new ControllerSession(new SessionIdentity(++_lastId, bid.Role, bid.ElectionId, bid.Name, bid.Caller, time.GetUtcNow()), time);
            room.Election.Join(bid.ElectionId, session);
            target.Tell(new SessionChange(SessionChangeKind.Opened, session.Identity));
            await ElectAsync(room, except: session);
            return (session, room, StandingOf(room, session));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Raises the bid of a session.</summary>
    /// <exception cref="SessionRefusedException">Another session has the id, or it is lower than its own.</exception>
    public async Task RaiseAsync(ControllerSession session, RoleRoom room, ulong electionId, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            // It may have been ended while this bid waited, and another be primary of a role of the same name.
            if (!IsThere(room, session))
                throw session.End ?? new SessionRefusedException(SessionRefusal.NotPrimary, "the session has ended");
            var own = session.Identity.ElectionId;
            if (electionId <= own)
                throw new SessionRefusedException(SessionRefusal.ElectionIdTooLow, $"a later bid must raise the election id, which is {own}, and has {electionId}");
            RequireFree(room, electionId, session.Identity.Caller);
            memory.Note(room.Role.Name, electionId, BidderOf(session.Identity.Caller));
            room.Election.Leave(own);
            session.Identity = session.Identity with { ElectionId = electionId };
            room.Election.Join(electionId, session);
            if (!await ElectAsync(room, except: null))
                session.Tell(StandingOf(room, session));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a session. When it returns, nothing of it is done any more.</summary>
    public async Task CloseAsync(ControllerSession session, RoleRoom room, SessionRefusedException? why)
    {
        await _turn.WaitAsync();
        try
        {
            if (IsThere(room, session))
                await LeaveAsync(room, session, why);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads the roles with their sessions, by name.</summary>
    public async Task<IReadOnlyList<RoleView>> ListAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return [.. _roles.All.Select(role => _rooms.TryGetValue(role.Name, out var room)
                ? new RoleView(role, [.. room.Election.Sessions.Select(one => one.Value)], memory.Highest(role.Name))
                : new RoleView(role, [], memory.Highest(role.Name)))];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Tells that an administrator wrote where a session decides.</summary>
    public void NoteOverride(SessionIdentity holder, PolicyAuthor by)
        => target.Tell(new SessionChange(SessionChangeKind.Overridden, holder) { Primary = true, OverriddenBy = by });

    public void Dispose()
    {
        foreach (var room in _rooms.Values)
            room.Dispose();
        memory.Dispose();
        _turn.Dispose();
    }

    private RoleRoom RoomOf(SessionBid bid)
    {
        if (_roles.Find(bid.Role) is not { } role)
        {
            var known = _roles.All.IsEmpty ? "there are none" : $"there are {string.Join(", ", _roles.All.Select(one => one.Name))}";
            throw new SessionRefusedException(SessionRefusal.RoleUnknown, $"neither the policies nor the configuration have a role \"{bid.Role}\"; {known}");
        }

        if (!MayPlay(role, bid.Caller))
            throw Forbidden(role, bid.Caller);
        if (!_rooms.TryGetValue(bid.Role, out var room))
            _rooms[bid.Role] = room = new RoleRoom(role);
        return room;
    }

    private async Task LeaveAsync(RoleRoom room, ControllerSession session, SessionRefusedException? why)
    {
        room.Election.Leave(session.Identity.ElectionId);
        await ElectAsync(room, except: null);
        session.IsPrimary = false;
        // What it said last is answered.
        await target.FlushAsync();
        session.Finish(why);
        target.Tell(new SessionChange(SessionChangeKind.Closed, session.Identity)
        {
            Error = why is null ? null : new SessionError(why.Refusal, why.Message),
        });
    }

    /// <summary>Has the one be primary who is to be, and tells everybody but one who is told otherwise.</summary>
    /// <returns>False where the primary stays, and nobody was told anything.</returns>
    private async Task<bool> ElectAsync(RoleRoom room, ControllerSession? except)
    {
        var primary = room.Election.FindPrimary(memory.Highest(room.Role.Name));
        if (primary == room.Told)
            return false;
        var before = room.Told;
        room.Told = primary;
        if (before is not null)
            before.IsPrimary = false;
        // Nothing of the one before is done any more, and nobody writes who began before there was one.
        await target.SitAsync(room.Role, primary);
        if (primary is not null)
            await writes.DrainAsync();
        await target.OpenAsync(room.Role.Name, () => TellElected(room, before, primary, except));
        return true;
    }

    private void TellElected(RoleRoom room, ControllerSession? before, ControllerSession? primary, ControllerSession? except)
    {
        if (before is not null)
            target.Tell(new SessionChange(SessionChangeKind.Deposed, before.Identity));
        if (primary is not null)
        {
            primary.IsPrimary = true;
            target.Tell(new SessionChange(SessionChangeKind.Primary, primary.Identity) { Primary = true });
        }

        foreach (var (_, session) in room.Election.Sessions)
        {
            if (session != except)
                session.Tell(StandingOf(room, session));
        }
    }

    private static bool IsThere(RoleRoom room, ControllerSession session) => room.Election.Sessions.Any(one => one.Value == session);

    private PrimaryStanding StandingOf(RoleRoom room, ControllerSession session)
        => new(room.Told == session, room.Told?.Identity, memory.Highest(room.Role.Name));

    /// <summary>Makes sure that nobody else has an election id: a live session, or a caller who has lost the connection of his.</summary>
    private void RequireFree(RoleRoom room, ulong electionId, PolicyAuthor caller)
    {
        var highest = memory.Highest(room.Role.Name);
        if (room.Election.Has(electionId))
        {
            throw new SessionRefusedException(
                SessionRefusal.ElectionIdInUse, $"a live session of the role {room.Role.Name} has the election id {electionId}; the highest so far is {highest}");
        }

        if (electionId == highest && memory.BidderOf(room.Role.Name) is { } bidder && bidder != BidderOf(caller))
        {
            throw new SessionRefusedException(
                SessionRefusal.ElectionIdInUse, $"another caller has bid the election id {electionId} for the role {room.Role.Name}, which is the highest so far");
        }
    }

    private static string BidderOf(PolicyAuthor caller) => caller.Kind == PolicyAuthorKind.Process
        ? string.Create(CultureInfo.InvariantCulture, $"user:{caller.UserId}")
        : caller.Identity.Length > 0 ? caller.Identity : "network";

    private static bool MayPlay(Role role, PolicyAuthor caller)
        => role.UserIds.IsEmpty || (caller.Kind == PolicyAuthorKind.Process && role.UserIds.Contains(caller.UserId));

    private static SessionRefusedException Forbidden(Role role, PolicyAuthor caller)
        => new(SessionRefusal.RoleForbidden, $"{caller} may not play the role {role.Name}");
}
