using System.Net;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.PathManagement;

/// <summary>
/// A subflow that connections will be given, once they can have it: its command is written beforehand, and then no more than the connection's
/// token is filled in. One thread at a time uses it.
/// </summary>
/// <param name="local"><inheritdoc cref="SubflowRequest" path="/param[@name='Local']"/></param>
/// <param name="remote">The remote address and port.</param>
public sealed class PreparedSubflow(Endpoint local, IPEndPoint remote)
{
    /// <summary>The local address with its id.</summary>
    public Endpoint Local { get; } = local;

    /// <summary>The remote address and port.</summary>
    public IPEndPoint Remote { get; } = remote;

    /// <summary>The command, once it is written. The number of the family in it is the same in all network namespaces.</summary>
    internal RequestWriter? Command { get; set; }
}
