using System.Runtime.InteropServices;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>
/// The surveys of one namespace. What is known is copied before the kernel is asked, so a difference may only mean that the
/// two are of two moments. It is a suspicion, and acted on when the next survey has it too: the kernel takes a subflow that was
/// reset out of its tables at once, and tells of it a little later. Nothing is kept of what is as it should be.
/// </summary>
internal sealed class NamespaceSurvey : IDisposable
{
    private readonly KernelLoop _loop;
    private readonly NamespaceLoop _namespace;
    private readonly OwnerFinder _owners;
    private readonly TimeProvider _time;
    private readonly SocketDiagnostics _diagnostics;
    private readonly PathManager _pathManager;

    // Connections by their tokens, in two lists of one order: of very many, a dictionary would take three times the room.
    private readonly List<Known> _known = [];
    private readonly List<uint> _tokens = [];
    private readonly Dictionary<uint, List<SubflowEnds>> _suspects = [];
    private readonly HashSet<uint> _suspectedBefore = [];
    private readonly List<Unidentified> _unidentified = [];

    public NamespaceSurvey(KernelLoop loop, NamespaceLoop surveyed, OwnerFinder owners, Action<RequestOutcome> observer, TimeProvider time)
    {
        (_loop, _namespace, _owners, _time) = (loop, surveyed, owners, time);
        _diagnostics = SocketDiagnostics.Open(surveyed.Served.NetworkNamespace, observer);
        try
        {
            _pathManager = PathManager.Open(surveyed.Served.NetworkNamespace, observer);
        }
        catch
        {
            _diagnostics.Dispose();
            throw;
        }
    }

    /// <summary>Surveys, and has the kernel loop examine what seems wrong.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused to show its sockets.</exception>
    /// <exception cref="NetlinkTransportException">Talking to it failed, or the kernel loop has ended.</exception>
    public void Take(CancellationToken cancellation)
    {
        CopyKnown(cancellation);
        _suspects.Clear();
        _unidentified.Clear();
        _diagnostics.ListMptcpSockets(
            new SocketQuery { States = ConnectionSurvey.ConnectionStates, Extensions = SocketExtensions.Info }, Judge);
        _namespace.Samples.BeginRound();
        if (_known.Count > 0)
        {
            var now = _time.GetUtcNow();
            _diagnostics.ListTcpSockets(
                new SocketQuery
                {
                    States = ConnectionSurvey.SubflowStates,
                    Extensions = SocketExtensions.Subflow | SocketExtensions.Info,
                },
                socket => Judge(socket, now));
        }

        _namespace.Samples.EndRound();

        foreach (var known in CollectionsMarshal.AsSpan(_known))
        {
            if (!known.IsAsSeen)
                Suspect(known.Connection.Token);
        }

        ExamineSuspects();
        Identify();
        _known.Clear();
    }

    public void Dispose()
    {
        _pathManager.Dispose();
        _diagnostics.Dispose();
    }

    private void ExamineSuspects()
    {
        var suspects = _suspects.Where(suspect => _suspectedBefore.Contains(suspect.Key))
            .Select(suspect => new Suspect(suspect.Key, suspect.Value))
            .ToArray();
        if (suspects.Length > 0)
            _loop.Post(() => _namespace.Examine(suspects));
        _suspectedBefore.Clear();
        _suspectedBefore.UnionWith(_suspects.Keys);
        // Where very many came at once, the room that this took is not needed for long.
        _suspectedBefore.TrimExcess();
        _suspects.Clear();
        _suspects.TrimExcess();
    }

    private void CopyKnown(CancellationToken cancellation)
    {
        _known.Clear();
        _loop.AskAsync(
            () =>
            {
                _known.Capacity = Math.Max(_known.Capacity, _namespace.Connections.All.Count);
                foreach (var connection in _namespace.Connections.All.Values)
                    _known.Add(new Known(connection));
                return true;
            },
            cancellation).GetAwaiter().GetResult();
        _tokens.Clear();
        foreach (ref readonly var known in CollectionsMarshal.AsSpan(_known))
            _tokens.Add(known.Connection.Token);
        CollectionsMarshal.AsSpan(_tokens).Sort(CollectionsMarshal.AsSpan(_known));
    }

    private bool Judge(MptcpSocket socket)
    {
        if (!ConnectionSurvey.IsConnection(socket))
            return false;
        var token = socket.Info!.Token;
        var place = _tokens.BinarySearch(token);
        if (place < 0)
        {
            Suspect(token);
            return true;
        }

        ref var known = ref CollectionsMarshal.AsSpan(_known)[place];
        known.IsThere = true;
        var connection = known.Connection;
        var fallback = connection.State == ConnectionState.Fallback;
        if (connection.Id != socket.ConnectionId(token) || fallback != socket.Info.HasFallenBack
            || (fallback && socket.State == SocketState.Closed && connection.Subflows.Length > 0))
            Suspect(token);
        else if (OwnerFinder.IsIncomplete(connection, socket.Inode))
            _unidentified.Add(new Unidentified(connection, socket.Inode, socket.CgroupId));
        return true;
    }

    private bool Judge(TcpSocket socket, DateTimeOffset now)
    {
        if (socket.Subflow is not { } subflow)
            return false;
        if (socket.Info is { } info)
            _namespace.Samples.Note(socket.Cookie, info, now);
        var place = _tokens.BinarySearch(subflow.LocalToken);
        if (place < 0 || !ConnectionSurvey.IsSubflow(socket, fallback: false))
            return false;

        ref var known = ref CollectionsMarshal.AsSpan(_known)[place];
        if (Has(known.Connection, socket, subflow))
            known.Subflows++;
        else
            Suspect(subflow.LocalToken).Add(new SubflowEnds(socket.Local, socket.Remote, socket.InterfaceIndex ?? 0));
        return true;
    }

    private static bool Has(Connection connection, TcpSocket socket, SubflowInfo subflow)
    {
        foreach (var known in connection.Subflows)
        {
            if (known.Id == socket.Cookie)
            {
                return known.Pending == (socket.State == SocketState.SynSent)
                    && known.LocalId == subflow.LocalId && known.RemoteId == subflow.RemoteId
                    && known.LocalBackup == ((subflow.Flags & SubflowFlags.LocalBackup) != 0)
                    && known.RemoteBackup == ((subflow.Flags & SubflowFlags.RemoteBackup) != 0);
            }
        }

        return false;
    }

    private List<SubflowEnds> Suspect(uint token)
    {
        ref var subflows = ref CollectionsMarshal.GetValueRefOrAddDefault(_suspects, token, out _);
        return subflows ??= [];
    }

    private void Identify()
    {
        if (_unidentified.Count == 0)
            return;
        // A few at a time, so that events never wait for many.
        foreach (var few in _owners.Find(_unidentified, _pathManager).Chunk(256))
        {
            _loop.Post(() =>
            {
                foreach (var (connection, inode, owner, pathManager) in few)
                    _namespace.Connections.Identify(connection.Token, connection.Id, inode, owner, pathManager, _time.GetUtcNow());
            });
        }

        _unidentified.Clear();
        _unidentified.TrimExcess();
    }

    private struct Known(Connection connection)
    {
        public readonly Connection Connection = connection;

        /// <summary>Whether its MPTCP socket was seen.</summary>
        public bool IsThere;

        /// <summary>How many of its subflows were seen as they are known.</summary>
        public int Subflows;

        /// <summary>A connection that fell back has one subflow for good, which the kernel ceases to show as one.</summary>
        public readonly bool IsAsSeen
        {
            get
            {
                if (!IsThere || Connection.State == ConnectionState.Fallback)
                    return IsThere;
                var (expected, live) = (0, 0);
                foreach (var subflow in Connection.Subflows)
                {
                    if (subflow.State != SubflowState.Requested)
                        expected++;
                    if (!subflow.Pending)
                        live++;
                }

                return Subflows == expected && (Connection.State == ConnectionState.Orphaned) == (live == 0);
            }
        }
    }
}
