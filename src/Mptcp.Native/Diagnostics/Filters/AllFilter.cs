using System.Collections.Immutable;

namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>All of the filters hold.</summary>
internal sealed record AllFilter(ImmutableArray<SocketFilter> Filters)
    : SocketFilter(Filters.Length == 0 ? 1 : Filters.Max(filter => filter.Depth) + 1);
