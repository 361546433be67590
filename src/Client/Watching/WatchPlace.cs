using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>How far a watch has come, and with it what to ask for to go on from there.</summary>
/// <param name="request">What the caller asked for; nobody else's.</param>
sealed class WatchPlace(WatchRequest request)
{
    readonly WatchMemory _memory = new(request);
    string _resumeToken = request.ResumeToken;
    bool _wasLost;
    bool _inSnapshot;
    bool _toldPart; // events of a snapshot that is not complete
    bool _toldInterfaces; // events that no known_connections stand for, among them

    /// <summary>True once the daemon has said anything.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>True when nothing more will come: what was asked for is a snapshot, and all of it is there.</summary>
    public bool IsComplete => request.Mode == WatchMode.SnapshotOnly && HasBegun && !_inSnapshot;

    /// <summary>
    /// True when a part of a snapshot was told that a new one cannot be told as the difference to: connections of that part may
    /// have ended since, and nothing would say so.
    /// </summary>
    public bool MustBeginAgain => _inSnapshot && _toldPart && (_toldInterfaces || !_memory.IsWhole);

    /// <summary>True when a loss has been told, or would have to be, and the caller wants no more after one.</summary>
    public bool EndsHere => request.OnLost == LostPolicy.Fail && (_wasLost || MustBeginAgain);

    /// <summary>Opens a stream: says what to ask it for, and expects what it then begins with.</summary>
    public WatchRequest Open()
    {
        if (!HasBegun)
            return Opened(request);

        var next = request.Clone();
        next.KnownConnections.Clear();
        if (!MustBeginAgain && _memory.IsWhole)
            next.KnownConnections.Add(_memory.Connections);
        if (!_inSnapshot && _resumeToken.Length > 0)
        {
            next.Mode = WatchMode.Unspecified;
            next.ResumeToken = _resumeToken;
        }
        else
        {
            // Also where the loss that the snapshot follows came later than the last token: with that, the daemon might go on
            // without the rest of the snapshot.
            next.ResumeToken = "";
            if (_inSnapshot && next.Mode == WatchMode.FollowOnly)
                next.Mode = WatchMode.SnapshotThenFollow;
        }

        return Opened(next);
    }

    /// <summary>Goes beyond a message.</summary>
    public void Pass(WatchResponse message)
    {
        HasBegun = true;
        switch (message.MessageCase)
        {
            case WatchResponse.MessageOneofCase.Events:
                foreach (var told in message.Events.Events)
                    Pass(told);
                Keep(message.Events.ResumeToken);
                break;
            case WatchResponse.MessageOneofCase.Sync:
                if (_inSnapshot)
                    _memory.CompleteSnapshot(message.Sync.Difference);
                _inSnapshot = _toldPart = _toldInterfaces = false;
                Keep(message.Sync.ResumeToken);
                break;
            case WatchResponse.MessageOneofCase.Bookmark:
                Keep(message.Bookmark.ResumeToken);
                break;
            case WatchResponse.MessageOneofCase.Lost:
                _wasLost = true;
                BeginSnapshot();
                break;
        }
    }

    WatchRequest Opened(WatchRequest next)
    {
        // What came of a snapshot is not forgotten here: only `sync` or `lost` says what is to become of it.
        if (next.ResumeToken.Length == 0 && next.Mode != WatchMode.FollowOnly)
        {
            _inSnapshot = true;
            _memory.BeginSnapshot();
        }

        return next;
    }

    void BeginSnapshot()
    {
        _inSnapshot = true;
        _toldPart = _toldInterfaces = false;
        _memory.BeginSnapshot();
    }

    void Pass(Event told)
    {
        _memory.Learn(told);
        _toldPart = _inSnapshot;
        _toldInterfaces |= _inSnapshot && told.Type == EventType.InterfaceSnapshot;
    }

    void Keep(string resumeToken)
    {
        if (resumeToken.Length > 0)
            _resumeToken = resumeToken;
    }
}
