using System.Net;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.State;

/// <summary>Events as the kernel tells them of one connection, for tests that play the kernel.</summary>
internal static class KernelEvents
{
    public const uint Token = 0x1a2b3c4d;

    public static readonly IPEndPoint Local = IPEndPoint.Parse("198.18.1.1:40000");
    public static readonly IPEndPoint Remote = IPEndPoint.Parse("198.18.1.2:443");
    public static readonly IPAddress SecondLocal = IPAddress.Parse("198.18.2.1");
    public static readonly IPEndPoint SecondRemote = IPEndPoint.Parse("198.18.2.2:443");

    public static PathManagerEvent Created(uint token = Token) => new(PathManagerEventType.ConnectionCreated)
    {
        Token = token,
        Local = Local,
        Remote = Remote,
        LocalId = 0,
        RemoteId = 0,
        ServerSide = true,
    };

    public static PathManagerEvent Established() => Created() with { Type = PathManagerEventType.ConnectionEstablished };

    public static PathManagerEvent Closed(uint token = Token) => new(PathManagerEventType.ConnectionClosed) { Token = token };

    public static PathManagerEvent Announced(byte id) => new(PathManagerEventType.AddressAnnounced)
    {
        Token = Token,
        RemoteId = id,
        Remote = SecondRemote,
    };

    public static PathManagerEvent Removed(byte id) => new(PathManagerEventType.AddressRemoved) { Token = Token, RemoteId = id };

    /// <summary>An event about the second subflow.</summary>
    public static PathManagerEvent Subflow(PathManagerEventType type, int port, byte localId = 2, Errno? error = null) => new(type)
    {
        Token = Token,
        Local = new IPEndPoint(SecondLocal, port),
        Remote = SecondRemote,
        LocalId = localId,
        RemoteId = 1,
        Backup = false,
        Error = error,
    };
}
