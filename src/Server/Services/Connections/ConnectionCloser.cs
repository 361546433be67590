using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Services.Connections;

/// <summary>Ends the subflows of a connection, each with a reset.</summary>
/// <param name="served">The namespace that it lives in.</param>
/// <param name="token">Its token.</param>
/// <param name="samples">Receives what each subflow has carried.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionCloser(HostNamespace served, uint token, SampleStore samples, TimeProvider time)
{
    // The peer, or the in-kernel path manager, may make subflows while others are destroyed; they are not chased for ever.
    private const int MostRounds = 3;

    private static readonly Errno Aborted = new(103); // ECONNABORTED

    /// <summary>Destroys every subflow that the connection has.</summary>
    /// <param name="known">What is known of the connection.</param>
    /// <returns>Those that were destroyed, as they were last.</returns>
    /// <exception cref="KernelRefusedException">EPERM without CAP_NET_ADMIN, EOPNOTSUPP without INET_DIAG_DESTROY.</exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public List<Subflow> DestroySubflows(Connection? known)
    {
        var destroyed = new List<Subflow>();
        for (var round = 0; List() is { Count: > 0 } left; round++)
        {
            HasSubflowsLeft = round == MostRounds;
            if (HasSubflowsLeft)
                break;
            foreach (var socket in left)
            {
                var now = time.GetUtcNow();
                if (socket.Info is { } info)
                    samples.Note(socket.Cookie, info, now);
                if (Destroy(socket))
                    destroyed.Add(Ended(socket, known, now));
            }
        }

        return destroyed;
    }

    /// <summary>Whether others were made whenever some were destroyed, so that some are left.</summary>
    public bool HasSubflowsLeft { get; private set; }

    /// <summary>Whether a connection still has one of some subflows, as far as has been heard.</summary>
    public static bool HasAny(Connection connection, List<Subflow> subflows)
        => connection.Subflows.Any(subflow => subflows.Exists(other => IsSame(subflow, other.Local, other.Remote)));

    // Of one that was asked for, the local port is known to the kernel alone until its outcome is told.
    private static bool IsSame(Subflow subflow, IPEndPoint local, IPEndPoint remote)
        => (subflow.Local.Equals(local) && subflow.Remote.Equals(remote)) || subflow.CanBecome(local, remote, subflow.LocalId);

    private IReadOnlyList<TcpSocket> List()
    {
        if (served.Diagnostics.FindConnection(token, SocketExtensions.Info) is not { } connection)
            return [];
        var fallback = connection.Info is { HasFallenBack: true };
        var query = new SocketQuery { States = ConnectionSurvey.SubflowStates, Extensions = SocketExtensions.Subflow | SocketExtensions.Info };
        // All are listed: what a connection's subflows have in common is nothing that the kernel could judge them by.
        var subflows = served.Diagnostics.ListTcpSockets(query, socket => IsSubflow(socket, connection, fallback) ? socket : null);
        return [.. subflows.OfType<TcpSocket>().DistinctBy(socket => socket.Cookie)];
    }

    // A subflow that has fallen back has forgotten the token, and is the only one.
    private bool IsSubflow(TcpSocket socket, MptcpSocket connection, bool fallback)
        => socket.Subflow is { } subflow
        && ConnectionSurvey.IsSubflow(socket, fallback)
        && (subflow.LocalToken == token
            || (fallback && subflow.LocalToken == 0 && socket.Local.Equals(connection.Local) && socket.Remote.Equals(connection.Remote)));

    private bool Destroy(TcpSocket socket)
    {
        try
        {
            served.Diagnostics.DestroyTcpSocket(SocketIdentity.Of(socket));
            return true;
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.NotFound)
        {
            // It ended by itself meanwhile.
            return false;
        }
    }

    private static Subflow Ended(TcpSocket socket, Connection? known, DateTimeOffset now)
    {
        var seen = SeenSubflow.From(socket);
        var subflow = known?.Subflows.FirstOrDefault(subflow => IsSame(subflow, seen.Local, seen.Remote)) ?? new Subflow(seen.Local, seen.Remote, SubflowState.Established)
        {
            LocalId = seen.LocalId,
            RemoteId = seen.RemoteId,
            LocalBackup = seen.LocalBackup,
            RemoteBackup = seen.RemoteBackup,
            InterfaceIndex = seen.InterfaceIndex,
            Initial = seen.Initial,
        };
        return subflow with
        {
            Local = seen.Local,
            Id = seen.Id,
            State = seen.IsConnecting ? SubflowState.Failed : SubflowState.Closed,
            Error = Aborted,
            LastSample = !seen.IsConnecting && socket.Info is { } info ? SubflowSample.From(info, now) : null,
        };
    }
}
