using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Tests.Processes;

namespace Mptcp.Native.Tests.Namespaces;

/// <summary>Names by symbolic links, which need no privilege to make.</summary>
public sealed class NamespaceWatchTests : IDisposable
{
    private const string OwnFile = "/proc/self/ns/net";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    private readonly TemporaryTree _tree = new();
    private readonly EventPoller _poller = new();

    private string Names => Path.Join(_tree.Root, "netns");

    public void Dispose()
    {
        _poller.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void Names_that_are_there_are_told_first_and_once()
    {
        _tree.MakeLink("netns/b", OwnFile);
        _tree.MakeLink("netns/a", OwnFile);
        using var watch = new NamespaceWatch(Names);

        Assert.Equal([Added("a"), Added("b")], Receive(watch));
        Assert.Empty(Receive(watch));
    }

    [Fact]
    public void What_is_no_namespace_is_no_name()
    {
        _tree.WriteFile("netns/file", "");
        _tree.MakeDirectory("netns/directory");
        _tree.MakeLink("netns/dangling", Path.Join(_tree.Root, "nothing"));
        _tree.MakeLink("netns/status", "/proc/self/status");
        _tree.MakeLink("netns/namespace", OwnFile);
        using var watch = new NamespaceWatch(Names);

        Assert.Equal([Added("namespace")], Receive(watch));
    }

    [Fact]
    public void Names_that_come_and_go_are_told()
    {
        _tree.MakeDirectory("netns");
        using var watch = Open();

        _tree.MakeLink("netns/a", OwnFile);
        AssertWoken();
        Assert.Equal([Added("a")], Receive(watch));

        File.Move(Path.Join(Names, "a"), Path.Join(Names, "b"));
        AssertWoken();
        Assert.Equal([Removed("a"), Added("b")], Receive(watch));

        File.Delete(Path.Join(Names, "b"));
        AssertWoken();
        Assert.Equal([Removed("b")], Receive(watch));
        Assert.Equal(0, _poller.Wait(new ulong[1], TimeSpan.Zero));
    }

    [Fact]
    public void The_directory_may_come_later_and_go_and_come_again()
    {
        using var watch = Open();
        for (var i = 0; i < 2; i++)
        {
            _tree.MakeDirectory("netns");
            AssertWoken();
            Assert.Empty(Receive(watch));

            _tree.MakeLink("netns/a", OwnFile);
            AssertWoken();
            Assert.Equal([Added("a")], Receive(watch));

            Directory.Delete(Names, recursive: true);
            AssertWoken();
            Assert.Equal([Removed("a")], Receive(watch));
        }
    }

    [Fact]
    public void A_name_that_is_given_to_another_namespace_is_told_as_gone_and_come()
    {
        _tree.MakeLink("netns/a", OwnFile);
        using var watch = new NamespaceWatch(Names);
        Receive(watch);

        File.Delete(Path.Join(Names, "a"));
        _tree.MakeLink("netns/a", "/proc/self/ns/uts");

        Assert.Equal(
            [Removed("a"), new NamespaceAdded(new NamedNamespace("a", Libc.FindIdentity("/proc/self/ns/uts")!.Value.Inode))], Receive(watch));
    }

    [Fact]
    public void Many_changes_at_once_are_all_told()
    {
        _tree.MakeDirectory("netns");
        using var watch = Open();
        for (var i = 0; i < 500; i++)
            _tree.MakeLink($"netns/name-{i:000}-{new string('x', 200)}", OwnFile);

        AssertWoken();
        Assert.Equal(500, Receive(watch).Count);
        Assert.Equal(0, _poller.Wait(new ulong[1], TimeSpan.Zero));
    }

    [Fact]
    public void A_directory_that_is_a_file_holds_no_names()
    {
        _tree.WriteFile("netns", "");
        using var watch = new NamespaceWatch(Names);
        Assert.Empty(Receive(watch));
    }

    private static NamespaceAdded Added(string name) => new(new NamedNamespace(name, NetworkNamespace.Own.Inode));

    private static NamespaceRemoved Removed(string name) => new(new NamedNamespace(name, NetworkNamespace.Own.Inode));

    private static List<NamespaceEvent> Receive(NamespaceWatch watch)
    {
        var events = new List<NamespaceEvent>();
        watch.Receive(events);
        return events;
    }

    private NamespaceWatch Open()
    {
        var watch = new NamespaceWatch(Names);
        _poller.Add(watch.Descriptor, key: 7);
        Assert.Empty(Receive(watch));
        return watch;
    }

    private void AssertWoken()
    {
        var ready = new ulong[1];
        Assert.Equal(1, _poller.Wait(ready, Long));
        Assert.Equal(7ul, ready[0]);
    }
}
