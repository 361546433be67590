using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client.Tests.Support;

/// <summary>What a daemon may tell a watcher, in few words.</summary>
static class Told
{
    public static WatchResponse Events(string resumeToken, params IEnumerable<Event> events) =>
        new() { Events = new EventBatch { Events = { events }, ResumeToken = resumeToken } };

    public static WatchResponse Snapshot(params IEnumerable<Event> events) => Events("", events);

    public static WatchResponse Sync(string resumeToken, bool difference = false) =>
        new() { Sync = new Sync { ResumeToken = resumeToken, Difference = difference } };

    public static WatchResponse Bookmark(string resumeToken) => new() { Bookmark = new Bookmark { ResumeToken = resumeToken } };

    public static WatchResponse Lost(LossSource source) => new() { Lost = new Lost { Source = source } };

    /// <summary>An event of a connection, whose id is its token and 1000.</summary>
    public static Event Of(uint token, ulong digest, EventType type = EventType.ConnectionSnapshot, string name = "default") =>
        new() { Namespace = name, Type = type, Token = token, ConnectionId = token + 1000, Digest = digest };

    public static Event Closed(uint token) => Of(token, 0, EventType.ConnectionClosed);

    public static KnownConnection Known(uint token, ulong digest, string name = "default") =>
        new() { Namespace = name, Token = token, ConnectionId = token + 1000, Digest = digest };
}
