using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.Native.Diagnostics;

namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>
/// One connection. Its sockets are looked up one by one, which costs the same however many sockets the host has. All sockets are listed
/// only to find subflows that are not known yet: when the connection's number of subflows has changed or one is gone, and once a second
/// while the kernel counts others than were found.
/// </summary>
/// <param name="diagnostics">The sockets of the namespace.</param>
/// <param name="token">The connection's token.</param>
/// <param name="id">The connection's id, or 0 for whichever has the token at first.</param>
/// <param name="notFound">Says that there is no such connection.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionSource(
    SocketDiagnostics diagnostics, uint token, ulong id, Func<ControlPlaneException> notFound, TimeProvider time) : SampleSource
{
    private static readonly TimeSpan ListInterval = TimeSpan.FromSeconds(1);

    private readonly List<SocketIdentity> _known = [];
    private bool _found;
    private bool _ended;
    private (byte Additional, byte? Total) _counted;
    private long _listed;

    public override bool HasEnded => _ended;

    /// <exception cref="ControlPlaneException">At first: NOT_FOUND or FAILED_PRECONDITION, there is no such connection.</exception>
    public override IReadOnlyList<ConnectionSockets> Read()
    {
        var socket = diagnostics.FindConnection(token, ConnectionSockets.Extensions);
        if (!_found)
        {
            Require(socket);
            (_found, id) = (true, socket!.ConnectionId(token));
        }

        if (socket is null || socket.IsEnding || socket.ConnectionId(token) != id)
        {
            _ended = true;
            return [];
        }

        return [new ConnectionSockets(token, socket, FindKnown(socket) ?? List(socket))];
    }

    private void Require(MptcpSocket? socket)
    {
        if (socket is null || socket.IsEnding)
            throw notFound();
        if (id != 0 && socket.ConnectionId(token) != id)
        {
            throw new ControlPlaneException(
                StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch,
                $"the token 0x{token:x8} now belongs to the connection {socket.ConnectionId(token)}, and the request is for {id}");
        }
    }

    /// <summary>Looks up the subflows that are known; null when that may not be all.</summary>
    private List<TcpSocket>? FindKnown(MptcpSocket connection)
    {
        var counted = Count(connection);
        if (_listed == 0 || counted != _counted || (Expected(counted) != _known.Count && time.GetElapsedTime(_listed) >= ListInterval))
            return null;
        var subflows = new List<TcpSocket>(_known.Count);
        foreach (var identity in _known)
        {
            if (diagnostics.FindTcpSocket(identity, ConnectionSockets.Extensions) is not { } socket || !IsOf(connection, socket))
                return null;
            subflows.Add(socket);
        }

        return subflows;
    }

    private List<TcpSocket> List(MptcpSocket connection)
    {
        // Remembered from before: what begins while the list is read changes the count once more.
        _counted = Count(connection);
        _listed = time.GetTimestamp();
        var subflows = Subflows.List(diagnostics, filter: null, socket => IsOf(connection, socket));
        _known.Clear();
        _known.AddRange(subflows.Select(SocketIdentity.Of));
        return subflows;
    }

    private bool IsOf(MptcpSocket connection, TcpSocket socket) => Subflows.IsOf(connection, token, socket);

    private static (byte Additional, byte? Total) Count(MptcpSocket connection)
        => (connection.Info?.AdditionalSubflows ?? 0, connection.Info?.SubflowsTotal);

    // Kernels before 6.7 count those beyond the first alone, which may be gone.
    private static int Expected((byte Additional, byte? Total) counted) => counted.Total ?? counted.Additional + 1;
}
