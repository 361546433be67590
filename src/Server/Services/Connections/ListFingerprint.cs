using Google.Protobuf;

namespace Mptcp.ControlPlane.Server.Services.Connections;

/// <summary>What a page token knows its list by.</summary>
internal static class ListFingerprint
{
    /// <param name="list">The request without what differs between pages.</param>
    public static ulong Of(IMessage list)
    {
        // FNV-1a; it need not withstand anybody, and the daemon is to need no library for hashes.
        const ulong Offset = 14695981039346656037;
        const ulong Prime = 1099511628211;
        return list.ToByteArray().Aggregate(Offset, (hash, octet) => unchecked((hash ^ octet) * Prime));
    }
}
