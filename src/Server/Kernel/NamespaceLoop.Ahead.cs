using Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>What does not wait its turn: the subflows that policies want of a connection that has just been established.</content>
internal sealed partial class NamespaceLoop
{
    // A client's connection is told to begin a round trip before it is established, and looking at its sockets takes some ten
    // microseconds, which on a short path would be lost to its second subflow.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMicroseconds(150);

    private readonly SoonForecast _soon = new();
    private bool _isHolding;
    private long _holdUntil;

    /// <summary>
    /// Whether a connection is about to be established so soon that the thread had better stay awake: being woken costs its second
    /// subflow more time than all else.
    /// </summary>
    public bool IsWaitingAwake => _isHolding && _soon.IsExpected && _time.Until(_holdUntil) > TimeSpan.Zero;

    /// <summary>Whether the last event is better heard together with the next.</summary>
    private bool IsBestHeld()
    {
        if (!Paths.IsDeciding || _received is not [.., { Type: PathManagerEventType.ConnectionCreated, ServerSide: false } created])
            return false;
        // One that was held already, and after which nothing has come.
        if (_isHolding && _received.Count == 1)
        {
            var isOver = _time.Until(_holdUntil) <= TimeSpan.Zero;
            if (isOver)
                _soon.Note(came: false);
            return !isOver;
        }

        _holdUntil = _time.After(LongestHold);
        if (BegunBy(created) is { } connection)
        {
            // Whoever is asked needs the time.
            if (Paths.IsDelegated(connection))
                return false;
            Paths.PlanAhead(connection);
        }

        return true;
    }

    /// <summary>Has what policies want of a connection made at once, when an event says that it is established.</summary>
    private void ActAhead(PathManagerEvent told)
    {
        if (told is { Type: PathManagerEventType.ConnectionEstablished, ServerSide: false } && Paths.IsDeciding && !IsUnsure
            && BegunBy(told) is { } connection)
        {
            Paths.ActAhead(connection);
        }
    }

    /// <summary>The connection as no more than an event tells of it; null where what is known under its token may be another one.</summary>
    private BegunConnection? BegunBy(PathManagerEvent told)
    {
        if (told is not { Token: { } token, Local: { } local, Remote: { } remote })
            return null;
        // The end of that one has not been heard.
        if (Connections.Find(token) is { } known && !(local.Equals(known.Local) && remote.Equals(known.Remote)))
            return null;
        return new BegunConnection(token, local, remote, told.DenyJoinInitialAddress);
    }
}
