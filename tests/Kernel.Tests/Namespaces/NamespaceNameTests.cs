using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;

namespace Mptcp.Kernel.Tests.Namespaces;

/// <summary>Names as iproute2 makes them: a file of /run/netns, on which the namespace is mounted.</summary>
public sealed class NamespaceNameTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly NamespaceWatch _watch = NamespaceWatch.Open();
    readonly EventPoller _poller = new();
    readonly string _name = $"names-{Environment.ProcessId}";

    public NamespaceNameTests()
    {
        _poller.Add(_watch.Descriptor, key: 0);
        _watch.Receive([]);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string File => Path.Combine(NetworkNamespace.NamesDirectory, _name);

    public void Dispose()
    {
        _poller.Dispose();
        _watch.Dispose();
    }

    [LabFact]
    public async Task Names_that_ip_adds_and_deletes_are_told()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);

        await lab.Client.IpAsync($"netns add {_name}", Cancellation);
        var added = Assert.IsType<NamespaceAdded>(Next("the new name")).Namespace;
        Assert.Equal(new NamedNamespace(_name, NetworkNamespace.Find(_name).Inode), added);
        Assert.Contains(added, NamespaceNames.List());

        await lab.Client.IpAsync($"netns delete {_name}", Cancellation);
        Assert.Equal(new NamespaceRemoved(added), Next("the name gone"));
        Assert.DoesNotContain(NamespaceNames.List(), named => named.Name == _name);
    }

    // Between the file and the mount is a moment, and the directory does not tell of the mount.
    [LabFact]
    public async Task A_name_is_told_when_its_namespace_is_mounted_and_not_before()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await System.IO.File.WriteAllTextAsync(File, "", Cancellation);
        try
        {
            Assert.Empty(Woken("the new file"));
            Assert.DoesNotContain(NamespaceNames.List(), named => named.Name == _name);

            await MountAsync(lab.Client, lab.Client.NamespacePath);
            var added = new NamespaceAdded(new NamedNamespace(_name, NetworkNamespace.Find(lab.Client.NamespacePath).Inode));
            Assert.Equal(added, Next("the mount"));

            await UnmountAsync(lab.Client);
            Assert.Equal(new NamespaceRemoved(added.Namespace), Next("the mount gone"));
        }
        finally
        {
            System.IO.File.Delete(File);
        }
    }

    [LabFact]
    public async Task A_name_that_is_given_again_to_the_same_namespace_is_told_as_gone_and_come()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        lab.Client.AttachName(_name);
        var named = Assert.IsType<NamespaceAdded>(Next("the name")).Namespace;

        lab.Client.DetachName(_name);
        lab.Client.AttachName(_name);

        Assert.Equal<NamespaceEvent>([new NamespaceRemoved(named), new NamespaceAdded(named)], Woken("the changes"));
    }

    [LabFact]
    public async Task Two_names_of_one_namespace_have_one_inode()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        lab.Client.AttachName(_name + "-a");
        lab.Client.AttachName(_name + "-b");
        lab.Server.AttachName(_name + "-c");

        var names = NamespaceNames.List().Where(named => named.Name.StartsWith(_name, StringComparison.Ordinal)).ToList();
        Assert.Equal([_name + "-a", _name + "-b", _name + "-c"], names.Select(named => named.Name));
        Assert.Equal(names[0].Inode, names[1].Inode);
        Assert.NotEqual(names[0].Inode, names[2].Inode);
        Assert.DoesNotContain(NetworkNamespace.Own.Inode, names.Select(named => named.Inode));
        Assert.Equal(names[2].Inode, lab.Server.Run(() => NetworkNamespace.Find("/proc/thread-self/ns/net").Inode));
    }

    /// <summary>Waits until the watch says that something has changed, and looks what.</summary>
    List<NamespaceEvent> Woken(string what)
    {
        Assert.True(_poller.Wait(new ulong[1], Patience) == 1, $"timed out waiting for {what}");
        var events = new List<NamespaceEvent>();
        _watch.Receive(events);
        return events;
    }

    /// <summary>Waits for one event.</summary>
    NamespaceEvent Next(string what)
    {
        List<NamespaceEvent> events;
        while ((events = Woken(what)).Count == 0)
        {
            // A file that is no namespace yet, or a mount elsewhere.
        }

        return Assert.Single(events);
    }

    Task MountAsync(LabHost host, string source) => RunAsync(host, "mount", "--no-mtab", "--bind", source, File);

    Task UnmountAsync(LabHost host) => RunAsync(host, "umount", "--no-mtab", File);

    static async Task RunAsync(LabHost host, string program, params string[] arguments)
    {
        await using var process = host.StartProcess(program, arguments);
        Assert.True(await process.WaitForExitAsync() == 0, process.Transcript);
    }
}
