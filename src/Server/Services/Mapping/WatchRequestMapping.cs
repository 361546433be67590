using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Filters;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Reads what a watcher asks for, with everything that is wrong with it noted.</summary>
internal static class WatchRequestMapping
{
    private static readonly TimeSpan ShortestBookmarkInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBatchDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestBookmarkIdle = TimeSpan.FromMilliseconds(10);
    private const uint LargestBatch = 10_000;
    private const int MostKnown = 100_000;
    private const int MostFilters = 64;
    private const int MostEntries = 1_000;
    private const int MostPaths = 100;

    /// <exception cref="ControlPlaneException">INVALID_ARGUMENT, with every violation.</exception>
    public static WatchOptions Read(WatchRequest request)
    {
        var violations = new RequestViolations();
        var options = new WatchOptions
        {
            Allow = ReadFilters(request.Allow, "allow", violations),
            Deny = ReadFilters(request.Deny, "deny", violations),
            Snapshot = request.Mode != WatchMode.FollowOnly,
            Follow = request.Mode != WatchMode.SnapshotOnly,
            Resume = ReadResumeToken(request, violations),
            BookmarkInterval = ReadBookmarkTime(request.BookmarkInterval, "bookmark_interval", ShortestBookmarkInterval, violations),
            BookmarkIdle = ReadBookmarkTime(request.BookmarkIdle, "bookmark_idle", ShortestBookmarkIdle, violations),
            Mask = ReadMask(request.EventMask, violations),
            Known = ReadKnown(request.KnownConnections, violations),
            BatchEvents = ReadBatchEvents(request.Batch, violations),
            BatchDelay = ReadBatchDelay(request.Batch?.MaxDelay, violations),
            FailOnLoss = request.OnLost == LostPolicy.Fail,
        };
        if (!System.Enum.IsDefined(request.Mode))
            violations.Add("mode", $"must be a mode that this daemon knows, and is {(int)request.Mode}");
        if (!System.Enum.IsDefined(request.OnLost))
            violations.Add("on_lost", $"must be a policy that this daemon knows, and is {(int)request.OnLost}");
        violations.ThrowIfAny();
        return options;
    }

    private static ResumeToken? ReadResumeToken(WatchRequest request, RequestViolations violations)
    {
        if (request.ResumeToken.Length == 0)
            return null;
        if (request.Mode != WatchMode.Unspecified)
            violations.Add("mode", "must not be set beside resume_token, which says by itself where to begin");
        var token = ResumeToken.TryParse(request.ResumeToken);
        if (token is null)
            violations.Add("resume_token", "must be one that a sync, a bookmark or a batch of events brought");
        return token;
    }

    private static TimeSpan ReadBookmarkTime(Duration? duration, string field, TimeSpan shortest, RequestViolations violations)
    {
        var time = DurationParsing.Read(duration, field, violations);
        if (time != TimeSpan.Zero && time < shortest)
            violations.Add(field, $"must be 0 for none, or at least {shortest.TotalMilliseconds} ms");
        return time;
    }

    private static EventMask? ReadMask(FieldMask? mask, RequestViolations violations)
    {
        if (mask is null || mask.Paths.Count == 0)
            return null;
        if (mask.Paths.Count > MostPaths)
        {
            violations.Add("event_mask.paths", $"must be at most {MostPaths}, and are {mask.Paths.Count}");
            return null;
        }

        var compiled = new EventMask();
        compiled.Add("sequence", Event.Descriptor);
        for (var i = 0; i < mask.Paths.Count; i++)
        {
            if (compiled.Add(mask.Paths[i], Event.Descriptor) is { } problem)
                violations.Add($"event_mask.paths[{i}]", $"must name a field of an event, and is \"{mask.Paths[i]}\": {problem}");
        }

        return compiled;
    }

    private static KnownConnections? ReadKnown(RepeatedField<KnownConnection> known, RequestViolations violations)
    {
        if (known.Count == 0)
            return null;
        if (known.Count > MostKnown)
            violations.Add("known_connections", $"must be at most {MostKnown}, and are {known.Count}; without them the whole snapshot is told");
        var connections = new KnownConnections();
        foreach (var one in known)
            connections.Add(one.Namespace, one.Token, one.ConnectionId, one.Digest);
        return connections;
    }

    private static int ReadBatchEvents(BatchOptions? batch, RequestViolations violations)
    {
        if (batch is null || batch.MaxEvents == 0)
            return WatchOptions.DefaultBatch;
        if (batch.MaxEvents > LargestBatch)
            violations.Add("batch.max_events", $"must be at most {LargestBatch}, and is {batch.MaxEvents}");
        return (int)Math.Min(batch.MaxEvents, LargestBatch);
    }

    private static TimeSpan ReadBatchDelay(Duration? duration, RequestViolations violations)
    {
        var delay = DurationParsing.Read(duration, "batch.max_delay", violations);
        if (delay > LongestBatchDelay)
            violations.Add("batch.max_delay", "must be at most 1 s");
        return delay;
    }

    // Each event is compared with each filter, for as long as the stream lasts.
    private static List<WatchFilter> ReadFilters(RepeatedField<EventFilter> filters, string field, RequestViolations violations)
    {
        if (filters.Count > MostFilters)
        {
            violations.Add(field, $"must be at most {MostFilters} filters, and are {filters.Count}");
            return [];
        }

        var read = new List<WatchFilter>(filters.Count);
        for (var i = 0; i < filters.Count; i++)
        {
            var entries = CountEntries(filters[i]);
            if (entries > MostEntries)
                violations.Add($"{field}[{i}]", $"must have at most {MostEntries} entries in all its lists, and has {entries}");
            else
                read.Add(ReadFilter(filters[i], $"{field}[{i}]", violations));
        }

        return read;
    }

    private static int CountEntries(EventFilter filter) => filter.Namespaces.Count + filter.Types_.Count + filter.Tokens.Count
        + filter.ConnectionIds.Count + filter.LocalPrefixes.Count + filter.RemotePrefixes.Count + filter.LocalPorts.Count
        + filter.RemotePorts.Count + filter.Uids.Count + filter.Cgroups.Count + filter.Commands.Count;

    private static WatchFilter ReadFilter(EventFilter filter, string field, RequestViolations violations) => new()
    {
        Namespaces = filter.Namespaces.ToHashSet(),
        Types = ReadTypes(filter.Types_, $"{field}.types", violations),
        Tokens = filter.Tokens.ToHashSet(),
        ConnectionIds = filter.ConnectionIds.ToHashSet(),
        Local = EndFilterParsing.Read(filter.LocalPrefixes, filter.LocalPorts, $"{field}.local", violations),
        Remote = EndFilterParsing.Read(filter.RemotePrefixes, filter.RemotePorts, $"{field}.remote", violations),
        ServerSide = filter.HasServerSide ? filter.ServerSide : null,
        Owner = new OwnerFilter
        {
            UserIds = filter.Uids.ToHashSet(),
            Cgroups = ReadCgroups(filter.Cgroups, $"{field}.cgroups", violations),
            Commands = filter.Commands.ToHashSet(),
        },
    };

    private static List<string> ReadCgroups(RepeatedField<string> cgroups, string field, RequestViolations violations)
    {
        var read = new List<string>();
        for (var i = 0; i < cgroups.Count; i++)
        {
            if (!cgroups[i].StartsWith('/'))
                violations.Add($"{field}[{i}]", $"must be an absolute path such as \"/system.slice/example.service\", and is \"{cgroups[i]}\"");
            read.Add(cgroups[i].TrimEnd('/'));
        }

        return read;
    }

    private static HashSet<StateEventType>? ReadTypes(RepeatedField<EventType> types, string field, RequestViolations violations)
    {
        if (types.Count == 0)
            return null;
        var known = new HashSet<StateEventType>();
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i] == EventType.Unspecified || !System.Enum.IsDefined(types[i]))
                violations.Add($"{field}[{i}]", $"must be a type that this daemon knows, and is {(int)types[i]}");
            else
                known.UnionWith(EventMapping.FromProto(types[i]));
        }

        return known;
    }
}
