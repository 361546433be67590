using System.Net.NetworkInformation;

namespace Mptcp.Lab.Tests;

public class IsolationTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task The_paths_are_there_when_the_lab_is()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 3, cancellationToken: Cancellation);

        foreach (var host in new[] { lab.Client, lab.Server })
        {
            Assert.Equal(["path1", "path2", "path3"], host.Paths.Select(path => path.InterfaceName));
            Assert.Equal(3, host.Paths.Select(path => path.InterfaceIndex).Distinct().Count());
        }

        Assert.Equal("198.18.3.1", lab.Client.GetPath(3).IPv4.ToString());
        Assert.Equal("2001:db8:3::2", lab.Client.GetPath(3).PeerIPv6.ToString());
        Assert.Equal(lab.Client.GetPath(3).PeerIPv4, lab.Server.GetPath(3).IPv4);
    }

    [LabFact]
    public async Task A_started_process_sees_only_the_labs_interfaces()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation);
        await using var process = lab.Client.StartProcess("cat", "/proc/net/dev");

        Assert.Equal(0, await process.WaitForExitAsync());

        var lines = await process.Output.ReadAllAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(["lo", "path1", "path2"], lines.Skip(2).Select(line => line.Split(':')[0].Trim()).Order());
    }

    [LabFact]
    public async Task The_process_keeps_its_own_interfaces()
    {
        var before = InterfacesHere();
        await using (var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation))
        {
            using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
            Assert.Equal(before, InterfacesHere());
        }

        Assert.Equal(before, InterfacesHere());
        Assert.DoesNotContain("path1", before);
    }

    [LabFact]
    public async Task Sysctls_are_each_hosts_own()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        Assert.Equal("1", lab.Client.GetSysctl("net.mptcp.pm_type"));

        lab.Client.SetSysctl("net.mptcp.pm_type", "0");

        Assert.Equal("0", lab.Client.GetSysctl("net.mptcp.pm_type"));
        Assert.Equal("1", lab.Server.GetSysctl("net.mptcp.pm_type"));
    }

    [LabFact]
    public async Task A_failed_ip_command_says_what_ip_said()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Client.IpAsync("link set dev path9 up", Cancellation));

        Assert.Contains("Cannot find device \"path9\"", error.Message, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task A_named_host_can_be_entered_by_name_until_it_is_detached()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        lab.Server.AttachName("isolation-tests");

        var links = await lab.Client.IpAsync("-netns isolation-tests -oneline address show dev path1", Cancellation);
        Assert.Contains("198.18.1.2/24", links, StringComparison.Ordinal);

        lab.Server.DetachName("isolation-tests");
        Assert.False(File.Exists("/run/netns/isolation-tests"));
    }

    [LabFact]
    public async Task Another_process_can_enter_a_host_by_its_path()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var process = lab.Client.StartProcess("nsenter", $"--net={lab.Server.NamespacePath}", "ip", "-oneline", "address");

        await process.ReadUntilAsync(process.Output, "198.18.1.2/24");
    }

    [LabFact]
    public async Task Disposing_leaves_no_namespace_thread_or_process_behind()
    {
        int processId;
        List<string> namespaces;
        await using (var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation))
        {
            lab.Client.AttachName("disposed");
            namespaces = [NamespaceOf(lab.Client), NamespaceOf(lab.Server)];
            Assert.All(namespaces, name => Assert.Contains(name, NamespacesInUse()));
            var process = lab.Client.StartProcess("sh", "-c", "echo ready; exec sleep 1000");
            await process.ReadUntilAsync(process.Output, "ready");
            processId = process.Id;
            using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
            await Transfer.ExchangeAsync(pair.Client, pair.Server, new TransferOptions { Length = 100_000 }, Cancellation);
        }

        Assert.False(Directory.Exists($"/proc/{processId}"));
        Assert.False(File.Exists("/run/netns/disposed"));
        await LabWait.UntilAsync(
            "the namespaces to end, with the runtime's own short-lived threads",
            () => !NamespacesInUse().Overlaps(namespaces),
            TimeSpan.FromSeconds(30),
            Cancellation);
    }

    static string[] InterfacesHere() => [.. NetworkInterface.GetAllNetworkInterfaces().Select(link => link.Name).Order()];

    static string NamespaceOf(LabHost host) => host.Run(() => LinkTarget("/proc/thread-self/ns/net")!);

    /// <summary>The network namespaces that any thread or open file of this process holds.</summary>
    static HashSet<string> NamespacesInUse() =>
    [
        .. Directory.GetDirectories("/proc/self/task").Select(task => LinkTarget($"{task}/ns/net")).OfType<string>(),
        .. Directory.GetFiles("/proc/self/fd").Select(LinkTarget).OfType<string>().Where(target => target.StartsWith("net:", StringComparison.Ordinal)),
    ];

    static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null; // the thread or file has gone since the directory was read
        }
    }
}
