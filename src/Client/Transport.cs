using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Mptcp.ControlPlane.Client.Security;

namespace Mptcp.ControlPlane.Client;

/// <summary>How bytes get to a daemon: HTTP/2, in plain text over a Unix socket or a loopback port, or by TLS.</summary>
static class Transport
{
    public static GrpcChannel CreateChannel(ControlPlaneAddress address, ControlPlaneClientOptions options)
    {
        // TLS is not left to the handler, which would read certificates once and not say what is wrong with them.
        var secure = address.IsSecure ? new SecureConnector(new Credentials(options.Tls), address.Uri!.IdnHost.Trim('[', ']')) : null;
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
            ConnectCallback = async (context, cancellationToken) =>
            {
                if (address.SocketPath is { } path)
                {
                    var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    return await ConnectAsync(local, new UnixDomainSocketEndPoint(path), cancellationToken);
                }

                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                var connection = await ConnectAsync(socket, context.DnsEndPoint, cancellationToken);
                return secure is null ? connection : await secure.SecureAsync(connection, cancellationToken);
            },
        };

        var channelOptions = new GrpcChannelOptions
        {
            HttpHandler = secure is null ? handler : new RefusalHandler(secure, handler),
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
