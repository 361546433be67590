namespace Mptcp.Native.Diagnostics.Information;

/// <summary>Properties of a subflow (<c>MPTCP_SUBFLOW_FLAG_*</c>).</summary>
[Flags]
public enum SubflowFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The peer offered or accepted MPTCP (MP_CAPABLE).</summary>
    RemoteCapable = 1 << 0,

    /// <summary>This host asked for MPTCP (MP_CAPABLE).</summary>
    LocalCapable = 1 << 1,

    /// <summary>The subflow joined a connection, and the peer took part in that (MP_JOIN).</summary>
    RemoteJoin = 1 << 2,

    /// <summary>This host asked to join a connection (MP_JOIN).</summary>
    LocalJoin = 1 << 3,

    /// <summary>The peer wants the subflow to be a backup.</summary>
    RemoteBackup = 1 << 4,

    /// <summary>This host wants the subflow to be a backup.</summary>
    LocalBackup = 1 << 5,

    /// <summary>Both ends know that the other has completed the handshake.</summary>
    FullyEstablished = 1 << 6,

    /// <summary>This host has completed the handshake.</summary>
    Connected = 1 << 7,

    /// <summary>What is received now has a place in the connection's stream.</summary>
    MappingValid = 1 << 8,
}
