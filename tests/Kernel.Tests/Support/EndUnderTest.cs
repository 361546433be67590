using System.Net;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>One end of a connection, with its host.</summary>
sealed record EndUnderTest(HostUnderTest Host, MptcpConnection Connection, AddressKind Kind)
{
    public uint Token { get; } = Connection.Token;

    public PathManager PathManager => Host.PathManager;

    public EventProbe Events => Host.Events;

    /// <summary>The host's address on a path, for further subflows.</summary>
    public IPAddress Address(int path) => Kind.FurtherAddress(Host.Host, path);
}
