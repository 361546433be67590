using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Diagnostics;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>A host of the lab and its sockets.</summary>
sealed record DiagnosedHost(LabHost Host, SocketDiagnostics Diagnostics)
{
    public static DiagnosedHost Open(HostUnderTest host) => new(host.Host, SocketDiagnostics.Open(host.Namespace));
}
