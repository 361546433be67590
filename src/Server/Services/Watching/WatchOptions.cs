using Mptcp.ControlPlane.Server.Services.Filters;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>What a watcher asked for.</summary>
internal sealed class WatchOptions
{
    public const int DefaultBatch = 512;

    private KnownConnections? _known;

    public IReadOnlyList<WatchFilter> Allow { get; init; } = [];

    public IReadOnlyList<WatchFilter> Deny { get; init; } = [];

    /// <summary>The namespaces that its snapshots are about, and the difference to what it knows; null for all.</summary>
    public IReadOnlySet<string>? SnapshotNamespaces => Allow.Count == 0 || Allow.Any(filter => filter.Namespaces.Count == 0)
        ? null
        : Allow.SelectMany(filter => filter.Namespaces).Concat(Known?.Namespaces ?? []).ToHashSet();

    /// <summary>Whether everything that is comes first.</summary>
    public bool Snapshot { get; init; } = true;

    /// <summary>Whether changes come after.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>Where to go on from, in place of a snapshot.</summary>
    public ResumeToken? Resume { get; init; }

    /// <summary>The longest time without a bookmark; zero for none.</summary>
    public TimeSpan BookmarkInterval { get; init; }

    /// <summary>How long nothing may have been delivered before a bookmark; zero for no such bookmark.</summary>
    public TimeSpan BookmarkIdle { get; init; }

    /// <summary>What the watcher wants of each event; null for everything.</summary>
    public EventMask? Mask { get; init; }

    /// <summary>What the watcher knows already, so that a snapshot at the beginning is told as the difference to it; null for a whole one.</summary>
    public KnownConnections? Known
    {
        get => _known;
        init => _known = value;
    }

    /// <summary>
    /// Gives away what the watcher knows: it may take many megabytes, is of use once, and a stream may go on for months.
    /// </summary>
    public KnownConnections? TakeKnown() => Interlocked.Exchange(ref _known, null);

    /// <summary>The most events in one message.</summary>
    public int BatchEvents { get; init; } = DefaultBatch;

    /// <summary>How long an event may wait for others.</summary>
    public TimeSpan BatchDelay { get; init; }

    /// <summary>Whether a loss ends the stream instead of bringing a snapshot.</summary>
    public bool FailOnLoss { get; init; }
}
