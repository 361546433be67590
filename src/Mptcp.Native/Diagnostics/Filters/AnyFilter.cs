using System.Collections.Immutable;

namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>At least one of the filters holds.</summary>
internal sealed record AnyFilter(ImmutableArray<SocketFilter> Filters)
    : SocketFilter(Filters.Length == 0 ? 1 : Filters.Max(filter => filter.Depth) + 1);
