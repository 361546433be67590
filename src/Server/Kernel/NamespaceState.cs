using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>What the kernel loop holds for one namespace: its events and the connections they tell of.</summary>
internal sealed class NamespaceState : IDisposable
{
    // The loop asks the kernel over a socket of its own, so that no caller's request makes it wait.
    private readonly SocketDiagnostics _diagnostics;

    private readonly ILogger _log;

    public NamespaceState(
        HostNamespace served, int eventBuffer, Action<RequestOutcome> observer, Action<StateEvent> publish, ILogger log)
    {
        Served = served;
        _log = log;
        _diagnostics = SocketDiagnostics.Open(served.NetworkNamespace, observer);
        try
        {
            Events = PathManagerEvents.Subscribe(served.NetworkNamespace, eventBuffer);
        }
        catch
        {
            _diagnostics.Dispose();
            throw;
        }

        Connections = new ConnectionTable(served.Name, FindSocket, publish);
    }

    public HostNamespace Served { get; }

    public PathManagerEvents Events { get; }

    public ConnectionTable Connections { get; }

    /// <summary>Connections that the kernel no longer knows, and whose end may have been told and not been heard yet.</summary>
    public List<Connection> Gone { get; } = [];

    /// <summary>True from the moment events were lost until what is known has been compared with the kernel.</summary>
    public bool Unsure { get; set; }

    public void Dispose()
    {
        Events.Dispose();
        _diagnostics.Dispose();
    }

    // A connection can be served without its id; a loop that ended over it would serve none.
    private SocketAnswer FindSocket(uint token)
    {
        if (!Served.CanFindConnections)
            return default;
        try
        {
            return new SocketAnswer(Known: true, _diagnostics.FindConnection(token));
        }
        catch (Exception failure) when (failure is KernelRefusedException or NetlinkTransportException or NetlinkFormatException)
        {
            _log.SocketUnknown(Served.Name, token, failure.Message);
            return default;
        }
    }
}
