using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Mptcp.ControlPlane.Client;

/// <summary>How bytes get to a daemon: HTTP/2 in plain text, over a Unix socket or a loopback port.</summary>
static class Transport
{
    public static GrpcChannel CreateChannel(ControlPlaneAddress address, ControlPlaneClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // A server limits the streams of one connection (Kestrel: 100); watchers must not run into that.
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = options.KeepAliveInterval,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            // A proxy of the environment is for the web, not for a daemon of this host.
            UseProxy = false,
            // Given also where the handler could do it alone: gRPC's balancing over several hosts, which it replaces, has
            // errors of another shape.
            ConnectCallback = (context, cancellationToken) => address.SocketPath is { } path
                ? ConnectAsync(
                    new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
                    new UnixDomainSocketEndPoint(path),
                    cancellationToken)
                : ConnectAsync(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, context.DnsEndPoint, cancellationToken),
        };

        var channelOptions = new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxReceiveMessageBytes,
        };
        return GrpcChannel.ForAddress(address.Uri ?? new Uri("http://localhost"), channelOptions);
    }

    static async ValueTask<Stream> ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
