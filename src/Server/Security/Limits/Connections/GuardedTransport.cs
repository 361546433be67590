using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Mptcp.ControlPlane.Server.Hosting;

namespace Mptcp.ControlPlane.Server.Security.Limits.Connections;

/// <summary>Listens for connections, and makes something of those alone that <see cref="ConnectionGate"/> admits.</summary>
internal sealed class GuardedTransport(ConnectionGate gate, ControlSocket controlSocket, ILoggerFactory logging)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // How many connections may wait for being accepted.
    private const int Backlog = 512;

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? socket = null;
        try
        {
            socket = endpoint is UnixDomainSocketEndPoint ? controlSocket.Bind() : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
            var logger = logging.CreateLogger<GuardedTransport>();
            return ValueTask.FromResult<IConnectionListener>(new GuardedListener(socket, gate, logger));
        }
        catch (Exception exception)
        {
            socket?.Dispose();
            if (exception is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
                throw new AddressInUseException(exception.Message, exception);
            throw;
        }
    }
}
