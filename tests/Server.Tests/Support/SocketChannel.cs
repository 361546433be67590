using System.Net.Sockets;
using Grpc.Net.Client;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>Channels to a daemon's Unix socket, with nothing of the client library's in between.</summary>
internal static class SocketChannel
{
    public static GrpcChannel To(string path) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        },
    });
}
