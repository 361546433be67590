using System.Net;

namespace Mptcp.Native.PathManagement;

/// <summary>The two ends of a subflow, which name it within its connection.</summary>
/// <param name="Local">The local address and port.</param>
/// <param name="Remote">The remote address and port.</param>
public sealed record SubflowAddresses(IPEndPoint Local, IPEndPoint Remote)
{
    /// <summary>Both ends as text: <c>198.18.1.1:4000 → 198.18.1.2:80</c>.</summary>
    public override string ToString() => $"{Local} → {Remote}";
}
