using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Tests.State;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Processes;

namespace Mptcp.ControlPlane.Server.Tests.Kernel.Surveys;

public sealed class OwnerFinderTests : IDisposable
{
    private const ulong Cgroup = ulong.MaxValue - 1;

    private readonly FakeTimeProvider _time = new();
    private readonly Cgroups _cgroups;
    private readonly ConnectionTable _table;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public OwnerFinderTests()
    {
        _cgroups = new Cgroups(_time);
        _table = new ConnectionTable("self", new FakeSockets(), static _ => { });
        _table.Reconcile(FakeSockets.Connection(4711) with { PathManager = PathManagerType.Userspace }, StateEventCause.Start, _time.GetUtcNow());
    }

    private Connection Known => _table.Find(KernelEvents.Token)!;

    public void Dispose() => _socket.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cgroup_that_it_was_too_early_to_look_for_is_looked_for_again(bool hasProcess)
    {
        var inode = hasProcess ? InodeOf(_socket) : uint.MaxValue;
        Assert.True(_cgroups.FindPath(ulong.MaxValue).Known);

        Identify(inode);
        Assert.Equal(hasProcess ? Environment.ProcessId : 0, Known.Owner!.ProcessId);
        Assert.True(OwnerFinder.IsIncomplete(Known, inode));

        _time.Advance(Cgroups.WalkInterval);
        Identify(inode);
        Assert.False(OwnerFinder.IsIncomplete(Known, inode));
    }

    [Fact]
    public void The_owner_of_a_connection_that_was_closed_stays()
    {
        Assert.True(_cgroups.FindPath(ulong.MaxValue).Known);
        Identify(InodeOf(_socket));

        // A socket that its process has closed has no inode.
        Assert.False(OwnerFinder.IsIncomplete(Known, inode: 0));
    }

    private void Identify(uint inode)
    {
        // The path manager is known, so none is asked.
        var found = Assert.Single(new OwnerFinder(_cgroups).Find([new Unidentified(Known, inode, Cgroup)], pathManager: null!));
        _table.Identify(KernelEvents.Token, Known.Id, found.SoughtInode, found.Owner, found.PathManager, _time.GetUtcNow());
    }

    private static uint InodeOf(Socket socket)
    {
        // "socket:[12345]"
        var link = new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget!;
        return uint.Parse(link.AsSpan("socket:[".Length..^1), CultureInfo.InvariantCulture);
    }
}
