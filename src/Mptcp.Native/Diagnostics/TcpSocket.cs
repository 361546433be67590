using System.Net;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Native.Diagnostics;

/// <summary>A TCP socket, as sock_diag shows it: a subflow of an MPTCP connection, or a plain TCP connection or listener.</summary>
/// <inheritdoc/>
public sealed record TcpSocket(ulong Cookie, IPEndPoint Local, IPEndPoint Remote, SocketState State, uint UserId, uint Inode)
    : InternetSocket(Cookie, Local, Remote, State, UserId, Inode)
{
    /// <summary>The state of TCP, where it was asked for (<see cref="SocketExtensions.Info"/>) and the socket is whole.</summary>
    public TcpInfo? Info { get; init; }

    /// <summary>The congestion control algorithm, such as <c>cubic</c>, where asked for (<see cref="SocketExtensions.CongestionControl"/>).</summary>
    public string? CongestionControl { get; init; }

    /// <summary>What Vegas, and others that report as it does, know (<see cref="SocketExtensions.CongestionDetails"/>).</summary>
    public VegasInfo? Vegas { get; init; }

    /// <summary>What BBR knows (<see cref="SocketExtensions.CongestionDetails"/>).</summary>
    public BbrInfo? Bbr { get; init; }

    /// <summary>What DCTCP knows (<see cref="SocketExtensions.CongestionDetails"/>).</summary>
    public DctcpInfo? Dctcp { get; init; }

    /// <summary>The protocol on top of TCP, such as <c>mptcp</c> or <c>tls</c>; null when there is none or it was not asked for.</summary>
    public string? UpperLayer { get; init; }

    /// <summary>The subflow's part in its MPTCP connection; null when it is none, listens, or was not asked for (<see cref="SocketExtensions.Subflow"/>).</summary>
    public SubflowInfo? Subflow { get; init; }
}
