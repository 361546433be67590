namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>Which limit was reached. What each is stands in <see cref="LimitRules"/>.</summary>
internal enum LimitKind
{
    /// <summary>All connections.</summary>
    Connections,

    /// <summary>The connections of one user or network address.</summary>
    ConnectionsPerCaller,

    /// <summary>The connections that one user or network address makes in a second.</summary>
    ConnectionsPerSecond,

    /// <summary>The streams of one caller.</summary>
    StreamsPerCaller,

    /// <summary>The other calls of one caller.</summary>
    CallsPerCaller,

    /// <summary>The requests of one caller in a second.</summary>
    RequestsPerSecond,

    /// <summary>The length of a message.</summary>
    RequestBytes,

    /// <summary>The length of headers.</summary>
    HeaderBytes,

    /// <summary>The time to the first request.</summary>
    FirstByteSeconds,
}
