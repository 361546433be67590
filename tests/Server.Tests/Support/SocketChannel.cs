using System.Net.Sockets;
using Grpc.Net.Client;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>Channels to a daemon's Unix socket, with nothing of the client library's in between.</summary>
internal static class SocketChannel
{
    public static GrpcChannel To(string path) => Over(async cancellation =>
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <summary>As another user of this host.</summary>
    public static GrpcChannel To(string path, uint user, params uint[] groups) => Over(_ => OtherUser.ConnectAsync(path, user, groups));

    private static GrpcChannel Over(Func<CancellationToken, Task<Socket>> connect) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) => new NetworkStream(await connect(cancellation), ownsSocket: true),
        },
    });
}
