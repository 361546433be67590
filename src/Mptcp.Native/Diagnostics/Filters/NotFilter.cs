namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>The filter does not hold.</summary>
internal sealed record NotFilter(SocketFilter Filter) : SocketFilter(Filter.Depth + 1);
