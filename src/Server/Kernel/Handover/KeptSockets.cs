using System.Globalization;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Supervision;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel.Handover;

/// <summary>
/// The sockets that go from one daemon to the next, by way of the service manager, so that peers can join meanwhile: each namespace's
/// event socket, without which the kernel turns joins away, and the listeners at announced addresses.
/// </summary>
internal sealed class KeptSockets(DescriptorStore store, DaemonOptions options, ILogger<KeptSockets> log)
{
    /// <summary>Goes on with the event socket that the daemon before had, or opens one, and has it kept.</summary>
    /// <param name="served">The namespace.</param>
    /// <param name="resumed">Receives whether it is the one that the daemon before had.</param>
    /// <exception cref="Mptcp.Native.Netlink.KernelRefusedException">EPERM: CAP_NET_ADMIN is missing.</exception>
    public PathManagerEvents OpenEvents(HostNamespace served, out bool resumed)
    {
        // A name may be given to another namespace while no daemon runs; its cookie is not.
        var name = served.Cookie is { } cookie ? EventsName(cookie) : null;
        var kept = name is null
            ? null
            : store.Claim(name, descriptor => PathManagerEvents.Resume(served.NetworkNamespace, descriptor, options.EventReceiveBufferBytes));
        resumed = kept is not null;
        if (resumed)
            log.EventsResumed(served.Name);
        var events = kept ?? PathManagerEvents.Subscribe(served.NetworkNamespace, options.EventReceiveBufferBytes);
        if (name is not null)
        {
            // One that was claimed before the namespace failed to start is still with the manager, and nobody reads it.
            if (!resumed)
                store.Forget(name);
            store.Keep(name, events.Descriptor);
        }

        return events;
    }

    /// <summary>Has the event socket of a namespace kept no longer, which would keep the namespace too.</summary>
    public void ForgetEvents(HostNamespace served)
    {
        if (served.Cookie is { } cookie)
            store.Forget(EventsName(cookie));
    }

    /// <summary>Has a listener kept, where there is room: no namespace lacks it for its events, without which nobody can join.</summary>
    public void Keep(HostNamespace served, JoinListener listener)
    {
        if (ListenerName(served, listener) is { } name)
            store.Keep(name, listener.Handle, leavesRoom: true);
    }

    /// <summary>Has a listener kept no longer. It must not be closed before.</summary>
    public void Forget(HostNamespace served, JoinListener listener)
    {
        if (ListenerName(served, listener) is { } name)
            store.Forget(name);
    }

    /// <summary>Goes on with the listeners that the daemon before had in a namespace.</summary>
    public IReadOnlyList<JoinListener> ResumeListeners(HostNamespace served)
    {
        if (served.NetworkNamespace.FindCookie() is not { } cookie)
            return [];
        var prefix = ListenerPrefix(served.Cookie!);
        var resumed = new List<JoinListener>();
        foreach (var name in store.Unclaimed.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (store.Claim(name, descriptor => JoinListener.Resume(descriptor, cookie)) is { } listener)
                resumed.Add(listener);
        }

        return resumed;
    }

    /// <summary>Closes what the daemon before had and this one has no use for: of namespaces that it does not serve, first of all.</summary>
    public void CloseOthers() => store.CloseUnclaimed();

    private static string EventsName(string cookie) => $"events-{cookie}";

    private static string ListenerPrefix(string cookie) => $"join-{cookie}-";

    private static string? ListenerName(HostNamespace served, JoinListener listener)
        => served.Cookie is { } cookie && listener.Cookie is { } own ? ListenerPrefix(cookie) + own.ToString(CultureInfo.InvariantCulture) : null;
}
