using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Limits.Connections;

/// <summary>Accepts the connections of one address.</summary>
internal sealed class GuardedListener : IConnectionListener
{
    // A request of the least length is some thirty bytes: when one that was paused is read again, no more than five hundred come at once.
    private const int MostUnread = 16 * 1024;

    // While there are no descriptors left, say.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly ConnectionGate _gate;
    private readonly ILogger _log;
    private readonly SocketConnectionContextFactory _connections;
    private bool _isFailing;

    /// <param name="socket">What listens; it is disposed of with this.</param>
    /// <param name="gate">What admits connections.</param>
    /// <param name="log">Where it is told when connections can't be accepted.</param>
    public GuardedListener(Socket socket, ConnectionGate gate, ILogger log)
    {
        (_socket, _gate, _log) = (socket, gate, log);
        EndPoint = socket.LocalEndPoint ?? throw new ArgumentException("a socket that is bound was expected", nameof(socket));
        _connections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions { MaxReadBufferSize = MostUnread }, log);
    }

    public EndPoint EndPoint { get; }

    /// <returns>The next connection that is admitted; null once this no longer listens.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                continue; // Its maker has given it up already.
            }
            catch (SocketException exception)
            {
                if (!_isFailing)
                    _log.NotAccepting(EndPoint, exception.Message);
                _isFailing = true;
                await Task.Delay(Rest, cancellationToken);
                continue;
            }

            _isFailing = false;
            if (Take(accepted) is { } connection)
                return connection;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _connections.Dispose();
        return ValueTask.CompletedTask;
    }

    private ConnectionContext? Take(Socket accepted)
    {
        Peer? peer = null;
        ConnectionContext? connection = null;
        try
        {
            if (accepted.ProtocolType == ProtocolType.Tcp)
                accepted.NoDelay = true;
            peer = _gate.Admit(accepted);
            if (peer is not null)
            {
                connection = _connections.Create(accepted);
                connection.Features.Set(peer);
            }
        }
        catch (SocketException)
        {
            // It is gone already.
        }
        finally
        {
            if (connection is null)
            {
                accepted.Dispose();
                if (peer is not null)
                    _gate.Dismiss(peer);
            }
        }

        return connection;
    }
}
