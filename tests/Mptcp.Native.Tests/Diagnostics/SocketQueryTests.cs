using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Filters;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.Diagnostics.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Diagnostics;

public class SocketQueryTests
{
    private static readonly SocketIdentity Identity = new(
        IPEndPoint.Parse("198.18.2.1:57871"), IPEndPoint.Parse("198.18.1.2:8000"), Cookie: 0x1_0000_0405)
    {
        InterfaceIndex = 3,
    };

    [Fact]
    public void TCP_sockets_are_listed_with_everything_there_is()
    {
        var query = new SocketQuery
        {
            Family = AddressFamily.InterNetwork,
            States = SocketStates.All,
            Extensions = SocketExtensions.All,
        };
        var sockets = Run(
            new KernelScript().Expect(SocketRequestBytes.ListTcp, SubflowBytes.Listed, EndList(1)),
            diagnostics => diagnostics.ListTcpSockets(query));
        Assert.Equal(0x405u, Assert.Single(sockets).Cookie);
    }

    [Fact]
    public void MPTCP_sockets_are_listed_by_a_filter_and_connected_ones_unless_said_otherwise()
    {
        var query = new SocketQuery
        {
            Family = AddressFamily.InterNetworkV6,
            Extensions = SocketExtensions.Info,
            Filter = SocketFilter.RemotePort(443),
        };
        Assert.Empty(Run(
            new KernelScript().Expect(SocketRequestBytes.ListMptcp, EndList(1)),
            diagnostics => diagnostics.ListMptcpSockets(query)));
    }

    [Fact]
    public void Both_families_are_listed_at_once()
    {
        var second = MptcpBytes.ListenerIPv6;
        second[8] = 1; // Of the same request.
        var sockets = Run(
            new KernelScript().Expect(SocketRequestBytes.ListBoth, MptcpBytes.Connection, second, EndList(1)),
            diagnostics => diagnostics.ListTcpSockets(new SocketQuery { States = SocketStates.Established, Extensions = SocketExtensions.Subflow }));
        Assert.Equal([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], sockets.Select(socket => socket.Family));
    }

    [Fact]
    public void A_list_that_is_refused_is_not_handed_over()
    {
        var refusal = Assert.Throws<KernelRefusedException>(() => Run(
            new KernelScript().ExpectAny(Refuse(1, 2)),
            diagnostics => diagnostics.ListMptcpSockets(new SocketQuery())));
        Assert.Equal(("socket-list", Errno.NotFound), (refusal.Operation, refusal.Errno));
    }

    [Fact]
    public void A_caller_may_keep_what_it_wants_to_know_and_no_more()
    {
        var cookies = Run(
            new KernelScript().ExpectAny(SubflowBytes.Listed, EndList(1)),
            diagnostics => diagnostics.ListTcpSockets(
                new SocketQuery { Family = AddressFamily.InterNetwork }, socket => (socket.Cookie, socket.Subflow)));
        Assert.Equal([(0x405u, null)], cookies);
    }

    [Fact]
    public void A_TCP_socket_is_found_by_its_addresses_and_cookie()
    {
        var socket = Run(
            new KernelScript().Expect(SocketRequestBytes.FindTcp, SubflowBytes.Listed),
            diagnostics => diagnostics.FindTcpSocket(Identity, SocketExtensions.Subflow));
        Assert.NotNull(socket?.Subflow);
        Assert.Null(socket.Info);
    }

    [Fact]
    public void A_TCP_socket_that_has_gone_is_not_found()
        => Assert.Null(Run(new KernelScript().ExpectAny(Refuse(1, 2)), diagnostics => diagnostics.FindTcpSocket(Identity)));

    [Fact]
    public void A_TCP_socket_is_found_by_its_addresses_alone() => Assert.NotNull(Run(
        new KernelScript().Expect(SocketRequestBytes.FindTcpByEnds, SubflowBytes.Listed),
        diagnostics => diagnostics.FindTcpSocket(Identity.Local, Identity.Remote, interfaceIndex: 3, SocketExtensions.Subflow)));

    // The kernel answers with the listener where nothing is connected.
    [Fact]
    public void Another_socket_than_the_one_of_these_ends_is_none_of_them() => Assert.Null(Run(
        new KernelScript().ExpectAny(SubflowBytes.Listed),
        diagnostics => diagnostics.FindTcpSocket(Identity.Local, new IPEndPoint(Identity.Remote.Address, 1))));

    [Fact]
    public void A_listed_socket_is_identified_whole()
    {
        var socket = new TcpSocket(Identity.Cookie, Identity.Local, Identity.Remote, SocketState.Established, UserId: 0, Inode: 1)
        {
            InterfaceIndex = 3,
        };
        Assert.Equal(Identity, SocketIdentity.Of(socket));
    }

    [Fact]
    public void A_socket_is_destroyed()
    {
        var identity = new SocketIdentity(IPEndPoint.Parse("[2001:db8::1]:40000"), IPEndPoint.Parse("[2001:db8::2]:8000"), 0x1012);
        Run(new KernelScript().Expect(SocketRequestBytes.Destroy, Acknowledge(1)), diagnostics =>
        {
            diagnostics.DestroyTcpSocket(identity);
            return true;
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(95)]
    public void A_refusal_to_destroy_is_told(int errno)
    {
        using var diagnostics = new SocketDiagnostics(new KernelScript().ExpectAny(Refuse(1, errno)));
        var refusal = Assert.Throws<KernelRefusedException>(() => diagnostics.DestroyTcpSocket(Identity));
        Assert.Equal(("socket-destroy", errno), (refusal.Operation, refusal.Errno.Number));
    }

    [Fact]
    public void No_socket_is_destroyed_whichever_it_is()
    {
        using var diagnostics = new SocketDiagnostics(new KernelScript());
        Assert.Throws<ArgumentException>(() => diagnostics.DestroyTcpSocket(Identity with { Cookie = ulong.MaxValue }));
    }

    [Fact]
    public void Ends_of_two_families_are_no_socket()
    {
        using var diagnostics = new SocketDiagnostics(new KernelScript());
        Assert.Throws<ArgumentException>(() => diagnostics.FindTcpSocket(Identity with { Local = IPEndPoint.Parse("[::1]:1") }));
    }

    [Fact]
    public void A_family_that_has_no_TCP_is_not_asked_for()
    {
        using var diagnostics = new SocketDiagnostics(new KernelScript());
        Assert.Throws<ArgumentException>(() => diagnostics.ListTcpSockets(new SocketQuery { Family = AddressFamily.Unix }));
    }

    private static T Run<T>(KernelScript kernel, Func<SocketDiagnostics, T> ask)
    {
        using var diagnostics = new SocketDiagnostics(kernel);
        var result = ask(diagnostics);
        kernel.AssertFinished();
        return result;
    }
}
