using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.Diagnostics.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;

namespace Mptcp.Native.Tests.Diagnostics;

public class SocketDiagnosticsTests
{
    private const uint Token = 0x3b54798d;

    [Fact]
    public void A_connection_is_found_by_its_token() => Assert.Equal(
        new MptcpSocket(
            Cookie: 0x100f,
            IPEndPoint.Parse("198.18.1.1:40000"),
            IPEndPoint.Parse("198.18.1.2:8000"),
            SocketState.Established,
            UserId: 0,
            Inode: 174188)
        {
            CgroupId = 1,
            Mark = 0,
            Settings = SocketSettings.ConnectionOriented | SocketSettings.MulticastLoop | SocketSettings.MulticastAll,
            Shutdown = ShutdownDirections.None,
        },
        Find(SocketBytes.Found));

    [Fact]
    public void An_IPv6_connection_is_found_by_its_token() => Assert.Equal(
        new MptcpSocket(
            Cookie: 0x1012,
            IPEndPoint.Parse("[2001:db8::2]:8000"),
            IPEndPoint.Parse("[2001:db8::1]:40000"),
            SocketState.Established,
            UserId: 0,
            Inode: 174358)
        {
            CgroupId = 1,
            Mark = 0,
            Settings = SocketSettings.ConnectionOriented | SocketSettings.MulticastLoop,
            Shutdown = ShutdownDirections.None,
        },
        Find(SocketBytes.FoundIPv6));

    [Fact]
    public void Mapped_addresses_of_a_connection_are_IPv4() => Assert.Equal(
        new MptcpSocket(
            Cookie: 0x1013,
            IPEndPoint.Parse("198.18.1.1:42000"),
            IPEndPoint.Parse("198.18.1.2:8000"),
            SocketState.Established,
            UserId: 0,
            Inode: 174544)
        {
            Family = AddressFamily.InterNetworkV6,
            CgroupId = 1,
            Mark = 0,
            Settings = SocketSettings.ConnectionOriented | SocketSettings.MulticastLoop,
            Shutdown = ShutdownDirections.None,
        },
        Find(SocketBytes.FoundMapped));

    [Fact]
    public void The_cookie_the_user_and_the_inode_are_read_whole()
    {
        var found = SocketBytes.Found;
        for (var i = 0; i < 8; i++)
            found[16 + 44 + i] = (byte)(0x11 * (i + 1));
        for (var i = 0; i < 8; i++)
            found[16 + 64 + i] = (byte)(i + 1);
        var socket = Find(found);
        Assert.Equal(0x8877665544332211u, socket?.Cookie);
        Assert.Equal(0x04030201u, socket?.UserId);
        Assert.Equal(0x08070605u, socket?.Inode);
    }

    [Fact]
    public void A_token_that_no_connection_has_finds_nothing() => Assert.Null(Find(SocketBytes.Missing));

    [Fact]
    public void A_search_that_is_refused_for_another_reason_is_not_taken_for_nothing_found()
    {
        var refusal = Assert.Throws<KernelRefusedException>(() => Find(KernelMessages.Refuse(1, 95)));
        Assert.Equal(Errno.NotSupported, refusal.Errno);
        Assert.Equal("socket-get", refusal.Operation);
    }

    [Fact]
    public void A_cut_answer_has_no_sense()
    {
        var exception = Assert.Throws<NetlinkFormatException>(
            () => Find(KernelMessages.Message(20, 0, 1, new byte[71])));
        Assert.Equal("socket: expected 72 bytes, got 71", exception.Message);
    }

    [Fact]
    public void The_observer_hears_of_the_search()
    {
        var heard = new List<RequestOutcome>();
        using var diagnostics = new SocketDiagnostics(new KernelScript().ExpectAny(SocketBytes.Missing), heard.Add);
        diagnostics.FindConnection(Token);
        var outcome = Assert.Single(heard);
        Assert.Equal(("socket-get", Errno.NotFound), (outcome.Operation, outcome.Errno));
    }

    private static MptcpSocket? Find(params Delivery[] answers)
    {
        var kernel = new KernelScript().Expect(SocketBytes.Find, answers);
        using var diagnostics = new SocketDiagnostics(kernel);
        var socket = diagnostics.FindConnection(Token);
        kernel.AssertFinished();
        return socket;
    }
}
