using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Mptcp.ControlPlane.Server.Security.Limits.Connections;

/// <summary>What connections go through before anything is made for them: those that are too many are closed.</summary>
internal sealed class ConnectionGate(ConnectionLedger connections, LimitsInForce limits, LimitReports reports, TimeProvider time)
{
    /// <summary>Takes a connection in, or refuses it.</summary>
    /// <returns>Whose it is; null when it is to be closed. Who is admitted must <see cref="PassAsync"/>, or be dismissed.</returns>
    /// <exception cref="SocketException">The connection is gone already.</exception>
    public Peer? Admit(Socket socket)
    {
        var peer = Peer.Of(socket);
        if (connections.Enter(peer) is not { } exceeded)
            return peer;
        // Nothing could be said to somebody who may not even speak HTTP/2.
        reports.Refused(exceeded, peer.Name);
        return null;
    }

    /// <summary>Has a connection that was admitted not be one after all.</summary>
    public void Dismiss(Peer peer) => connections.Leave(peer);

    /// <summary>Serves a connection that was admitted, until its end.</summary>
    public async Task PassAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = connection.Features.GetRequiredFeature<Peer>();
        try
        {
            using var wait = new FirstRequestWait(
                connection, limits.Rules.FirstByte, time, () => reports.Refused(LimitKind.FirstByteSeconds, peer.Name));
            connection.Features.Set(wait);
            // What HTTP/2 needs is a hundred KiB, and is not made for those who only come and go.
            if (!await SpeaksAsync(connection))
                return;
            var reader = new PacedReader(connection.Transport.Input, bytes => connections.Read(peer, bytes), time);
            connection.Features.Set(reader);
            connection.Transport = new PacedPipe(reader, connection.Transport.Output);
            await next(connection);
        }
        finally
        {
            connections.Leave(peer);
        }
    }

    /// <summary>Waits until there is something to read.</summary>
    /// <returns>False when the connection ends without anything.</returns>
    private static async Task<bool> SpeaksAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await using var cancelling = stopping.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), input);
        try
        {
            var opening = await input.ReadAsync();
            input.AdvanceTo(opening.Buffer.Start);
            return !opening.Buffer.IsEmpty;
        }
        catch (Exception exception) when (exception is IOException or SocketException or ConnectionAbortedException or ObjectDisposedException)
        {
            return false; // The caller has reset it, or nothing came in time.
        }
    }

    private sealed class PacedPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
