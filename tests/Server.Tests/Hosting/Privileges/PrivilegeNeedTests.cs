using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Privileges;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Privileges;

/// <summary>Which capabilities a configuration needs.</summary>
public sealed class PrivilegeNeedTests
{
    [Fact]
    public void The_default_needs_one() => Assert.Equal("CAP_NET_ADMIN", NeededBy(new DaemonOptions()));

    [Fact]
    public void Its_own_namespace_needs_no_more_and_others_do()
    {
        Assert.Equal("CAP_NET_ADMIN", NeededBy(new DaemonOptions { Namespaces = ["self"] }));
        Assert.Equal("CAP_NET_ADMIN, CAP_SYS_ADMIN", NeededBy(new DaemonOptions { Namespaces = ["self", "edge-*"] }));
        Assert.Equal("CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_SYS_ADMIN", NeededBy(new DaemonOptions { Namespaces = ["/proc/12/ns/net"] }));
    }

    [Fact]
    public void Switches_need_what_they_say()
    {
        Assert.Equal("CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_SYS_PTRACE", NeededBy(new DaemonOptions { FindsOwners = true }));
        Assert.Equal("CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF", NeededBy(new DaemonOptions { CongestionTuning = true }));
        Assert.Equal("CAP_NET_BIND_SERVICE, CAP_NET_ADMIN", NeededBy(new DaemonOptions { ListensAtLowPorts = true }));
        Assert.Equal("CAP_NET_BIND_SERVICE, CAP_NET_ADMIN", NeededBy(new DaemonOptions { Listen = new Uri("http://127.0.0.1:80") }));
        Assert.Equal("CAP_NET_ADMIN", NeededBy(new DaemonOptions { Listen = new Uri("http://127.0.0.1:0") }));
    }

    private static string NeededBy(DaemonOptions options) => PrivilegeNeed.Sum(PrivilegeNeed.Of(options)).ToString();
}
