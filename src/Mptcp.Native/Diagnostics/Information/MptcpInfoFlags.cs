namespace Mptcp.Native.Diagnostics.Information;

/// <summary>Properties of an MPTCP connection (<c>MPTCP_INFO_FLAG_*</c>).</summary>
[Flags]
public enum MptcpInfoFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The connection has fallen back to plain TCP.</summary>
    Fallback = 1 << 0,

    /// <summary>The peer's key is known.</summary>
    RemoteKeyReceived = 1 << 1,
}
