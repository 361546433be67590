using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>Subflows are found and destroyed as the sockets that they are.</summary>
public class SocketDestructionTests
{
    const int ConnectionAborted = 103;

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_destroyed_subflow_is_closed_with_an_error_and_its_connection_goes_on(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);
        var subflow = await hosts.JoinAsync(actor, peer, localId: 2);
        using var diagnostics = SocketDiagnostics.Open(actor.Host.Namespace);
        var socket = diagnostics
            .ListTcpSockets(new SocketQuery { Extensions = SocketExtensions.Subflow })
            .Single(listed => listed.Subflow is { LocalId: 2 });
        Assert.Equal((subflow.Local, subflow.Remote), (socket.Local, socket.Remote));
        var identity = SocketIdentity.Of(socket);
        Assert.Equal(actor.Token, diagnostics.FindTcpSocket(identity, SocketExtensions.Subflow)?.Subflow?.LocalToken);
        Assert.Equal(socket.Cookie, diagnostics.FindTcpSocket(subflow.Local, subflow.Remote)?.Cookie);

        diagnostics.DestroyTcpSocket(identity);

        var closed = await actor.Events.FirstAsync(PathManagerEventType.SubflowClosed);
        Assert.Equal((actor.Token, subflow.Local, subflow.Remote), (closed.Token, closed.Local, closed.Remote));
        Assert.Equal(ConnectionAborted, closed.Error?.Number);
        Assert.Null(diagnostics.FindTcpSocket(identity));
        Assert.NotNull(diagnostics.FindConnection(actor.Token));
        Assert.Equal(Errno.NotFound, Assert.Throws<KernelRefusedException>(() => diagnostics.DestroyTcpSocket(identity)).Errno);
    }

    // Without a cookie the kernel answers with the listener for a connection that is not there.
    [LabFact]
    public async Task A_listener_is_not_taken_for_a_connection_that_has_gone()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var pair = await hosts.ConnectAsync(AddressKind.IPv4);
        using var diagnostics = SocketDiagnostics.Open(hosts.Server.Namespace);
        var gone = new SocketIdentity(pair.Server.LocalEndPoint, new IPEndPoint(IPAddress.Parse("198.18.1.1"), 1), Cookie: 1);

        Assert.Null(diagnostics.FindTcpSocket(gone));
        Assert.Null(diagnostics.FindTcpSocket(gone.Local, gone.Remote));
        Assert.Equal(Errno.NotFound, Assert.Throws<KernelRefusedException>(() => diagnostics.DestroyTcpSocket(gone)).Errno);
        Assert.Single(diagnostics.ListMptcpSockets(new SocketQuery { States = SocketStates.Listening }));
    }
}
