using Mptcp.Lab;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A host of the lab with its kernel in reach: commands and events.</summary>
sealed class HostUnderTest : IDisposable
{
    public HostUnderTest(LabHost host)
    {
        Host = host;
        Namespace = NetworkNamespace.Find(host.NamespacePath);
        PathManager = PathManager.Open(Namespace);
        Events = new EventProbe(Namespace);
    }

    public LabHost Host { get; }

    public NetworkNamespace Namespace { get; }

    public PathManager PathManager { get; }

    public EventProbe Events { get; }

    public void Dispose()
    {
        Events.Dispose();
        PathManager.Dispose();
    }
}
