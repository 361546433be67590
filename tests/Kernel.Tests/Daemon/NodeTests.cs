using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>The host as the daemon tells of it, in the words of mptcpctl.</summary>
public class NodeTests(ServedLab served) : IClassFixture<ServedLab>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task What_makes_an_address_unusable_is_told_until_it_is_usable_again()
    {
        await served.Lab.Client.CutPathAsync(3, Cancellation);
        Assert.Equal("link-down", await UsabilityAsync(ServedLab.ClientName, "198.18.3.1/24"));
        Assert.Equal("no-carrier", await UsabilityAsync(ServedLab.ServerName, "198.18.3.2/24"));
        Assert.Equal("no-carrier", await UsabilityAsync(ServedLab.ServerName, "2001:db8:3::2/64"));

        await served.Lab.Client.RestorePathAsync(3, Cancellation);
        Assert.Equal("usable", await UsabilityAsync(ServedLab.ClientName, "198.18.3.1/24"));
        Assert.Equal("usable", await UsabilityAsync(ServedLab.ServerName, "2001:db8:3::2/64"));
    }

    [LabFact]
    public async Task An_address_that_another_host_has_is_told_as_a_duplicate()
    {
        served.Lab.Client.SetSysctl("net.ipv6.conf.path2.accept_dad", "1");
        await served.Lab.Server.IpAsync("address add 2001:db8:9::1/64 dev path2 nodad", Cancellation);
        await served.Lab.Client.IpAsync("address add 2001:db8:9::1/64 dev path2", Cancellation);

        await LabWait.UntilAsync(
            "the end of the check",
            async _ => await UsabilityAsync(ServedLab.ClientName, "2001:db8:9::1/64") == "duplicate-detected",
            cancellationToken: Cancellation);
        Assert.Equal("usable", await UsabilityAsync(ServedLab.ServerName, "2001:db8:9::1/64"));
    }

    [LabFact]
    public async Task A_name_that_ip_gives_to_a_namespace_is_listed_and_one_that_it_deletes_is_not()
    {
        var name = $"kernel-tests-{Environment.ProcessId}-node";
        await served.Lab.Client.IpAsync($"netns add {name}", Cancellation);
        var rows = await RowsAsync("node namespaces");
        Assert.Equal(
            [(ServedLab.ClientName, "yes", "default,own"), (ServedLab.ServerName, "yes", "-"), (name, "no", "-")],
            rows.Where(row => row[0].StartsWith("kernel-tests-", StringComparison.Ordinal)).Select(row => (row[0], row[1], row[3])));

        await served.Lab.Client.IpAsync($"netns delete {name}", Cancellation);
        Assert.DoesNotContain(name, (await RowsAsync("node namespaces")).Select(row => row[0]));
    }

    [LabFact]
    public async Task A_namespace_that_a_path_names_stays_the_same_when_another_gets_its_name()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var name = $"kernel-tests-{Environment.ProcessId}-path";
        var path = "/run/netns/" + name;
        lab.Client.AttachName(name);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client, "--namespace", path);
        var before = await NamesAsync();
        Assert.Equal([(path, true, true, true), (name, false, false, true)], before.Select(one => (one.Name, one.Served, one.Default, one.Own)));
        Assert.Single(before.Select(one => one.Inode).Distinct());

        lab.Client.DetachName(name);
        Assert.Equal([before[0]], await NamesAsync());

        lab.Server.AttachName(name);
        var after = await NamesAsync();
        Assert.Equal(before[0], after[0]);
        Assert.Equal((name, false, false), (after[1].Name, after[1].Served, after[1].Own));
        Assert.NotEqual(before[0].Inode, after[1].Inode);
        var addresses = (await daemon.Client.Node.ListInterfacesAsync(new ListInterfacesRequest())).Interfaces
            .SelectMany(one => one.Addresses)
            .Select(one => one.Address);
        Assert.Contains("198.18.1.1", addresses);

        async Task<List<Namespace>> NamesAsync() =>
        [
            .. (await daemon.Client.Node.ListNamespacesAsync(new ListNamespacesRequest())).Namespaces
                .Where(one => one.Name.EndsWith(name, StringComparison.Ordinal)),
        ];
    }

    async Task<string> UsabilityAsync(string name, string address) =>
        (await RowsAsync($"--namespace {name} node interfaces")).Single(row => row[4] == address)[5];

    async Task<List<string[]>> RowsAsync(string commandLine) =>
    [
        .. (await served.RunAsync(commandLine)).Succeeded().Output.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];
}
