using Mptcp.ControlPlane.Server.Services.Filters;

namespace Mptcp.ControlPlane.Server.Services.Connections;

/// <summary>Which connections a caller wants listed, and what to tell of each.</summary>
internal sealed class ListOptions
{
    public const int DefaultPageSize = 100;
    public const int LargestPageSize = 1000;

    /// <summary>The most connections of a page.</summary>
    public int PageSize { get; init; } = DefaultPageSize;

    public ListFilter Filter { get; init; } = ListFilter.None;

    /// <summary>Whether to tell the kernel's figures too.</summary>
    public bool Statistics { get; init; }

    /// <summary>What tells this list from others, so that no page of one is taken for a page of another.</summary>
    public ulong Fingerprint { get; init; }

    /// <summary>Where the page before ended; null for the first.</summary>
    public PageToken? After { get; init; }
}
