using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Services;

public sealed class NodeServiceTests
{
    [LabFact]
    public async Task The_host_the_daemon_and_the_kernel_are_described()
    {
        await using var host = await ServedLab.StartAsync();
        host.Lab.Server.SetSysctl("net.mptcp.pm_type", "1");

        var info = await host.Node.GetInfoAsync(new GetInfoRequest { Namespace = host.Lab.Server.NamespacePath });

        Assert.Equal(await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id"), $"{info.BootId}\n");
        Assert.Equal(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease"), $"{info.KernelRelease}\n");
        Assert.Equal(await File.ReadAllTextAsync("/proc/sys/kernel/hostname"), $"{info.Hostname}\n");
        Assert.NotEmpty(info.DaemonVersion);
        Assert.True(Guid.TryParse(info.DaemonEpoch, out _));
        Assert.Equal([host.Lab.Client.NamespacePath, host.Lab.Server.NamespacePath], info.Namespaces);
        Assert.True(info.Features.MptcpEnabled);
        Assert.True(info.Features.UserspacePathManager);
        Assert.True(info.Features.Events);
        Assert.True(info.Features.EventBufferBytes > 0);
        Assert.Equal(PathManagerType.Userspace, info.Features.PathManager);
        var create = Assert.Single(info.Features.Commands, command => command.Name == "subflow-create");
        Assert.Equal(["addr", "token", "addr-remote"], create.Attributes);

        var other = await host.Node.GetInfoAsync(new GetInfoRequest());
        Assert.Equal(PathManagerType.Kernel, other.Features.PathManager);
        Assert.Equal(info.DaemonEpoch, other.DaemonEpoch);
    }

    [LabFact]
    public async Task Sysctls_are_listed_and_written()
    {
        await using var host = await ServedLab.StartAsync();
        var updated = await Updating(host, ("pm_type", "1"), ("add_addr_timeout", "7"));
        Assert.Equal([("add_addr_timeout", "7"), ("pm_type", "1")], updated.Sysctls.Select(sysctl => (sysctl.Name, sysctl.Value)));
        Assert.Equal("7", host.Lab.Client.GetSysctl("net.mptcp.add_addr_timeout"));

        var listed = (await host.Node.ListSysctlsAsync(new ListSysctlsRequest())).Sysctls;
        Assert.Equal(listed.Select(sysctl => sysctl.Name).Order(StringComparer.Ordinal), listed.Select(sysctl => sysctl.Name));
        Assert.Contains(new Sysctl { Name = "add_addr_timeout", Value = "7" }, listed);
        Assert.True(listed.Single(sysctl => sysctl.Name == "available_schedulers").ReadOnly);
        Assert.Contains(host.Log.Entries, entry => entry.EventId == 200 && entry.Message.Contains("pm_type", StringComparison.Ordinal));
    }

    [LabTheory]
    [InlineData("enabled", "nonsense")]
    [InlineData("scheduler", "nonsense")]
    [InlineData("add_addr_timeout", "99999999999999999999")]
    public async Task When_the_kernel_refuses_a_value_those_before_it_are_put_back(string name, string value)
    {
        await using var host = await ServedLab.StartAsync();
        var error = await Updating(host, ("path_manager", "userspace"), ("stale_loss_cnt", "9"), (name, value))
            .RefusedAsync(StatusCode.InvalidArgument, ErrorReason.SysctlRefused);

        Assert.NotNull(error.ErrnoName);
        Assert.Equal("sysctls[2].value", Assert.Single(error.Violations).Field);
        Assert.Equal("kernel", host.Lab.Client.GetSysctl("net.mptcp.path_manager"));
        Assert.NotEqual("9", host.Lab.Client.GetSysctl("net.mptcp.stale_loss_cnt"));
    }

    [LabFact]
    public async Task A_sysctl_that_is_unknown_or_read_only_is_refused_before_any_is_written()
    {
        await using var host = await ServedLab.StartAsync();
        await Updating(host, ("stale_loss_cnt", "9"), ("no_such_thing", "1"))
            .RefusedAsync(StatusCode.NotFound, ErrorReason.SysctlNotFound);
        await Updating(host, ("stale_loss_cnt", "9"), ("../ipv4/ip_forward", "1"))
            .RefusedAsync(StatusCode.NotFound, ErrorReason.SysctlNotFound);
        await Updating(host, ("stale_loss_cnt", "9"), ("available_schedulers", "1"))
            .RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.SysctlRefused);
        Assert.NotEqual("9", host.Lab.Client.GetSysctl("net.mptcp.stale_loss_cnt"));
    }

    [LabFact]
    public async Task Every_violation_of_an_update_of_sysctls_is_told_at_once()
    {
        await using var host = await ServedLab.StartAsync();
        await Updating(host).ViolatesAsync("sysctls");
        await Updating(host, ("", "1"), ("enabled", ""), ("enabled", "1\n0")).ViolatesAsync(
            "sysctls[0].name", "sysctls[1].value", "sysctls[2].name", "sysctls[2].value");
    }

    private static AsyncUnaryCall<UpdateSysctlsResponse> Updating(ServedLab host, params (string Name, string Value)[] values)
        => host.Node.UpdateSysctlsAsync(new UpdateSysctlsRequest
        {
            Sysctls = { values.Select(value => new Sysctl { Name = value.Name, Value = value.Value }) },
        });
}
