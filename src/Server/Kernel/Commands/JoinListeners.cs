using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Kernel.Handover;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel.Commands;

/// <summary>
/// The listeners opened for announced addresses. Connections that announce the same address and port share one, which stays
/// until the last of them has withdrawn it or has closed.
/// </summary>
/// <param name="kept">Has them kept for the next daemon.</param>
internal sealed class JoinListeners(KeptSockets kept) : IDisposable
{
    private readonly Lock _guard = new();
    private readonly Dictionary<(string Namespace, IPEndPoint Place), Shared> _open = [];

    /// <summary>Listens for an announced address, unless somebody else does already.</summary>
    /// <param name="served">The namespace of the address.</param>
    /// <param name="token">The connection that announces it.</param>
    /// <param name="id">The id that it is announced under.</param>
    /// <param name="place">Where to listen.</param>
    /// <param name="isNew">Receives whether the address did not hold the listener before.</param>
    /// <returns>False when somebody else listens there.</returns>
    /// <exception cref="SystemCallException">The address is not the host's, or the port is not for this process.</exception>
    public bool Hold(HostNamespace served, uint token, byte id, IPEndPoint place, out bool isNew)
    {
        lock (_guard)
        {
            isNew = false;
            if (!_open.TryGetValue((served.Name, place), out var shared))
            {
                if (Open(served, place) is not { } listener)
                    return false;
                _open[(served.Name, place)] = shared = new Shared(served, listener, []);
                kept.Keep(served, listener);
            }

            isNew = shared.Holders.Add((token, id));
            return true;
        }
    }

    /// <summary>
    /// Goes on with the listeners that the daemon before had in a namespace. Who announces their addresses is for
    /// <see cref="Settle"/> to find; until then they stay.
    /// </summary>
    public void Resume(HostNamespace served)
    {
        lock (_guard)
        {
            foreach (var listener in kept.ResumeListeners(served))
            {
                var shared = new Shared(served, listener, []) { IsUnsettled = true };
                if (_open.TryAdd((served.Name, listener.Address), shared))
                    continue;
                kept.Forget(served, listener);
                listener.Dispose();
            }
        }
    }

    /// <summary>Finds the holders of listeners that were resumed, and lets go of those that have none.</summary>
    /// <param name="served">The namespace.</param>
    /// <param name="connections">All connections there, with the addresses that they announce.</param>
    public void Settle(HostNamespace served, IEnumerable<Connection> connections)
    {
        lock (_guard)
        {
            var unsettled = _open.Where(open => open.Key.Namespace == served.Name && open.Value.IsUnsettled).ToList();
            if (unsettled.Count == 0)
                return;
            var holders = connections
                .SelectMany(connection => connection.LocalAddresses, (connection, announced) => (Place: PlaceOf(connection, announced), connection.Token, announced.Id))
                .ToLookup(holder => holder.Place, holder => (holder.Token, holder.Id));
            foreach (var (key, shared) in unsettled)
            {
                shared.IsUnsettled = false;
                shared.Holders.UnionWith(holders[key.Place]);
                if (shared.Holders.Count == 0)
                    Close(key, shared);
            }
        }
    }

    /// <summary>Lets go of whatever was opened for an address.</summary>
    /// <param name="served">The namespace of the address.</param>
    /// <param name="token">The connection that announced it.</param>
    /// <param name="id">The id that it was announced under.</param>
    /// <param name="place">Where to listen no longer; null for everywhere.</param>
    public void Release(HostNamespace served, uint token, byte id, IPEndPoint? place = null)
        => Release(served.Name, holder => holder == (token, id), place);

    /// <summary>Lets go of whatever was opened for a connection that is gone.</summary>
    public void Observe(StateEvent told)
    {
        if (told.Type == StateEventType.ConnectionClosed)
            Release(told.Namespace, holder => holder.Token == told.Token);
        else if (told.Type == StateEventType.NamespaceRemoved)
            ReleaseAll(told.Namespace);
    }

    public void Dispose()
    {
        lock (_guard)
        {
            // Those that are kept go on listening for the next daemon.
            foreach (var shared in _open.Values)
                shared.Listener.Dispose();
            _open.Clear();
        }
    }

    private void ReleaseAll(string namespaceName)
    {
        lock (_guard)
        {
            foreach (var (key, shared) in _open.Where(open => open.Key.Namespace == namespaceName).ToList())
                Close(key, shared);
        }
    }

    private static JoinListener? Open(HostNamespace served, IPEndPoint place)
    {
        try
        {
            return JoinListener.Open(served.NetworkNamespace, place);
        }
        catch (SystemCallException failure) when (failure.Errno == Errno.AddressInUse)
        {
            return null;
        }
        catch (SystemCallException failure) when (failure.Errno == Errno.AccessDenied)
        {
            // A port below 1024 is refused to those without CAP_NET_BIND_SERVICE before the kernel looks whether anybody listens there.
            if (IsListenedAt(served, place))
                return null;
            throw;
        }
    }

    // Those for Multipath TCP have a listener of TCP as well.
    private static bool IsListenedAt(HostNamespace served, IPEndPoint place)
    {
        using var diagnostics = SocketDiagnostics.Open(served.NetworkNamespace);
        return diagnostics.ListTcpSockets(new SocketQuery { States = SocketStates.Listening })
            .Any(listener => listener.Local.Port == place.Port && Takes(listener.Local.Address, place.Address));
    }

    // One for IPv6 may be for IPv6 alone, and the kernel does not say.
    private static bool Takes(IPAddress listener, IPAddress address)
        => listener.Equals(address) || (listener.Equals(IPAddress.Any) && address.AddressFamily == AddressFamily.InterNetwork) || listener.Equals(IPAddress.IPv6Any);

    // Announced without a port, an address is joined at the port that the connection has.
    private static IPEndPoint? PlaceOf(Connection connection, AnnouncedAddress announced) => announced.Address switch
    {
        null => null,
        { Port: 0 } address => new IPEndPoint(address.Address, connection.Local?.Port ?? 0),
        var address => address,
    };

    private void Close((string Namespace, IPEndPoint Place) key, Shared shared)
    {
        _open.Remove(key);
        kept.Forget(shared.Served, shared.Listener);
        // The service manager has the socket open until it reads of this, and who is next to ask for the address may be faster.
        shared.Listener.StopListening();
        shared.Listener.Dispose();
    }

    private void Release(string namespaceName, Predicate<(uint Token, byte Id)> which, IPEndPoint? place = null)
    {
        lock (_guard)
        {
            foreach (var (key, shared) in _open.Where(open => open.Key.Namespace == namespaceName && (place ?? open.Key.Place).Equals(open.Key.Place)).ToList())
            {
                if (shared.Holders.RemoveWhere(which) == 0 || shared.Holders.Count > 0 || shared.IsUnsettled)
                    continue;
                Close(key, shared);
            }
        }
    }

    private sealed record Shared(HostNamespace Served, JoinListener Listener, HashSet<(uint Token, byte Id)> Holders)
    {
        /// <summary>Whether it was resumed, and who holds it is not known yet.</summary>
        public bool IsUnsettled { get; set; }
    }
}
