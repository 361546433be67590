using System.Net;
using Mptcp.ControlPlane.Server.Services.Sampling;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.ControlPlane.Server.Tests.Services.Sampling;

/// <summary>Sockets as a kernel might tell of them.</summary>
internal static class SampledSockets
{
    private static readonly IPEndPoint Remote = new(IPAddress.Parse("198.18.0.2"), 80);

    /// <summary>A connection whose token is its socket's cookie.</summary>
    public static ConnectionSockets Connection(uint token, MptcpInfo? info, params TcpSocket[] subflows) => new(
        token,
        new MptcpSocket(token, new IPEndPoint(IPAddress.Parse("198.18.0.1"), 40000), Remote, SocketState.Established, 0, 5) { Info = info },
        subflows);

    /// <summary>The id of that connection.</summary>
    public static ulong IdOf(uint token) => token | ((ulong)token << 32);

    /// <summary>A subflow whose port is its cookie.</summary>
    public static TcpSocket Subflow(ulong cookie, TcpInfo? info = null) => new(
        cookie, new IPEndPoint(IPAddress.Parse("198.18.0.1"), (int)cookie), Remote, SocketState.Established, 0, 5)
    {
        Info = info ?? new TcpInfo { BytesSent = 0 },
        Subflow = new SubflowInfo(1, LocalId: (byte)cookie, RemoteId: 9, SubflowFlags.Connected),
    };
}
