using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Sysctls;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>What probing finds on a kernel that has everything.</summary>
public class KernelFeaturesTests
{
    [LabFact]
    public async Task Every_command_is_found_with_what_it_takes()
    {
        await using var lab = await Lab.NetworkLab.CreateAsync(paths: 1, cancellationToken: TestContext.Current.CancellationToken);
        var features = KernelFeatures.Probe(NetworkNamespace.Find(lab.Client.NamespacePath));

        var commands = features.Commands.ToDictionary(command => command.Name, command => string.Join(' ', command.Attributes));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["add-addr"] = "addr",
                ["del-addr"] = "addr",
                ["get-addr"] = "addr token",
                ["flush-addrs"] = "addr",
                ["set-limits"] = "rcv-add-addrs subflows",
                ["get-limits"] = "rcv-add-addrs subflows",
                ["set-flags"] = "addr token addr-remote",
                ["announce"] = "addr token",
                ["remove"] = "token loc-id",
                ["subflow-create"] = "addr token addr-remote",
                ["subflow-destroy"] = "addr token addr-remote",
            },
            commands);
        Assert.Equal(Enumerable.Range(1, 11).Select(number => (uint)number), features.Commands.Select(command => command.Number));
        Assert.Equal(["get-addr", "get-limits"], features.Commands.Where(command => !command.RequiresAdmin).Select(command => command.Name));
        Assert.Equal(["get-addr"], features.Commands.Where(command => command.CanDump).Select(command => command.Name));
        Assert.True(features.UserspacePathManager);
        Assert.Equal(1u, features.FamilyVersion);
    }

    [LabFact]
    public async Task Sysctls_are_found_and_set_in_the_namespace_alone()
    {
        await using var lab = await Lab.NetworkLab.CreateAsync(paths: 1, cancellationToken: TestContext.Current.CancellationToken);
        var networkNamespace = NetworkNamespace.Find(lab.Client.NamespacePath);
        var sysctls = new MptcpSysctls(networkNamespace);
        Assert.Equal(PathManagerType.Userspace, KernelFeatures.Probe(networkNamespace).PathManager);

        sysctls.Set("pm_type", "0");
        sysctls.Set("enabled", "0");

        var features = KernelFeatures.Probe(networkNamespace);
        Assert.Equal((false, PathManagerType.Kernel), (features.Enabled, features.PathManager));
        Assert.Equal(["kernel", "userspace"], features.PathManagers.Order());
        Assert.Contains("default", features.Schedulers);
        Assert.Equal(("0", "1"), (lab.Client.GetSysctl("net.mptcp.pm_type"), lab.Server.GetSysctl("net.mptcp.pm_type")));
        Assert.Equal(features.PathManagers, sysctls.Find("available_path_managers")!.Value.Split(' '));
        Assert.All(sysctls.List(), sysctl => Assert.Equal(sysctl.Name.StartsWith("available_", StringComparison.Ordinal), sysctl.ReadOnly));
    }
}
