using System.Net;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>Where a subflow runs, which is what the kernel finds it by.</summary>
/// <param name="Local">The local address and port.</param>
/// <param name="Remote">The remote address and port.</param>
/// <param name="InterfaceIndex">The interface that it is bound to; 0 for none.</param>
internal readonly record struct SubflowEnds(IPEndPoint Local, IPEndPoint Remote, int InterfaceIndex);
