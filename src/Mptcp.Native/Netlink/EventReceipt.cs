namespace Mptcp.Native.Netlink;

/// <summary>How an attempt to receive events ended.</summary>
public enum EventReceipt
{
    /// <summary>Nothing more is there now.</summary>
    Drained,

    /// <summary>As many were received as were asked for; more may be there.</summary>
    More,

    /// <summary>The kernel dropped events since the last receipt (ENOBUFS). More may be there.</summary>
    Overflowed,
}
