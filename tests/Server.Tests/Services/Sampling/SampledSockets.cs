using System.Net;
using Mptcp.ControlPlane.Server.Services.Sampling;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.ControlPlane.Server.Tests.Services.Sampling;

/// <summary>Sockets as a kernel might tell of them.</summary>
internal static class SampledSockets
{
    private static readonly IPEndPoint Remote = new(IPAddress.Parse("198.18.0.2"), 80);

    /// <summary>A connection whose token is its id.</summary>
    public static ConnectionSockets Connection(uint id, MptcpInfo? info, params TcpSocket[] subflows) => new(
        id,
        new MptcpSocket(id, new IPEndPoint(IPAddress.Parse("198.18.0.1"), 40000), Remote, SocketState.Established, 0, 5) { Info = info },
        subflows);

    /// <summary>A subflow whose port is its cookie.</summary>
    public static TcpSocket Subflow(ulong cookie, TcpInfo? info = null) => new(
        cookie, new IPEndPoint(IPAddress.Parse("198.18.0.1"), (int)cookie), Remote, SocketState.Established, 0, 5)
    {
        Info = info ?? new TcpInfo { BytesSent = 0 },
        Subflow = new SubflowInfo(1, LocalId: (byte)cookie, RemoteId: 9, SubflowFlags.Connected),
    };
}
