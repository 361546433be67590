namespace Mptcp.Native.Diagnostics.Information;

/// <summary>What was agreed on in the handshake, and settings told beside it (<c>TCPI_OPT_*</c>).</summary>
[Flags]
public enum TcpOptions
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Timestamps.</summary>
    Timestamps = 1 << 0,

    /// <summary>Selective acknowledgements.</summary>
    SelectiveAcknowledgements = 1 << 1,

    /// <summary>Window scaling.</summary>
    WindowScaling = 1 << 2,

    /// <summary>Explicit congestion notification was agreed on.</summary>
    Ecn = 1 << 3,

    /// <summary>A packet able to carry a congestion mark was received.</summary>
    EcnSeen = 1 << 4,

    /// <summary>Data in the first segment (fast open) was acknowledged.</summary>
    SynData = 1 << 5,

    /// <summary>The socket's timestamps count microseconds. From Linux 6.7.</summary>
    MicrosecondTimestamps = 1 << 6,

    /// <summary>The connection was taken by its first segment's fast open option. From Linux 6.11.</summary>
    FastOpenChild = 1 << 7,
}
