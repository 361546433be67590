using System.Net;

namespace Mptcp.Native.PathManagement;

/// <summary>A subflow to create.</summary>
/// <param name="Token">The token of the connection.</param>
/// <param name="Local">
/// The local address with its id, which must not be 0; port 0 lets the kernel choose. Of the flags only
/// <see cref="EndpointFlags.Backup"/> has a meaning, and <see cref="EndpointFlags.Signal"/> is refused by the kernel.
/// </param>
/// <param name="Remote">The remote address and port.</param>
public sealed record SubflowRequest(uint Token, Endpoint Local, IPEndPoint Remote);
