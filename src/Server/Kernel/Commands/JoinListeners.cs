using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel.Commands;

/// <summary>
/// The listeners opened for announced addresses. Connections that announce the same address and port share one, which stays
/// until the last of them has withdrawn it or has closed.
/// </summary>
internal sealed class JoinListeners : IDisposable
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
                _open[(served.Name, place)] = shared = new Shared(listener, []);
            }

            isNew = shared.Holders.Add((token, id));
            return true;
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
            Release(told.Namespace, _ => true);
    }

    public void Dispose()
    {
        lock (_guard)
        {
            foreach (var shared in _open.Values)
                shared.Listener.Dispose();
            _open.Clear();
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
    }

    private void Release(string namespaceName, Predicate<(uint Token, byte Id)> which, IPEndPoint? place = null)
    {
        lock (_guard)
        {
            foreach (var (key, shared) in _open.Where(open => open.Key.Namespace == namespaceName && (place ?? open.Key.Place).Equals(open.Key.Place)).ToList())
            {
                if (shared.Holders.RemoveWhere(which) == 0 || shared.Holders.Count > 0)
                    continue;
                _open.Remove(key);
                shared.Listener.Dispose();
            }
        }
    }

    private sealed record Shared(JoinListener Listener, HashSet<(uint Token, byte Id)> Holders);
}
