using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class NodeTests
{
    static readonly GetInfoResponse Info = new()
    {
        Hostname = "alpha",
        BootId = "0d9e3c5a",
        KernelRelease = "6.18.0",
        DaemonVersion = "0.1.0",
        DaemonEpoch = "7f1b",
        Namespaces = { "default", "blue" },
        Features = new KernelFeatures
        {
            MptcpEnabled = true,
            FamilyVersion = 1,
            PathManager = PathManagerType.Userspace,
            Events = true,
            Commands = { new KernelCommand { Number = 10, Name = "subflow-create", Attributes = { "addr", "token" } } },
            Schedulers = { "default" },
            EventBufferBytes = 8388608,
            CongestionControls = { "reno", "cubic" },
            SubflowTuningObstacle = "it may not",
        },
    };

    [Fact]
    public async Task Show_tells_of_the_host_and_its_kernel()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetInfoRequest _) => Info);

        var run = (await Mptcpctl.RunAsync(daemon, "node show --namespace blue")).Succeeded();

        Assert.Equal("blue", daemon.Received<GetInfoRequest>().Namespace);
        Assert.Equal(
            """
            NODE
            hostname      alpha
            kernel        6.18.0
            boot id       0d9e3c5a
            daemon        0.1.0
            daemon epoch  7f1b
            namespaces    default, blue

            FEATURE
            mptcp enabled                yes
            mptcp_pm version             1
            path manager of new sockets  userspace
            userspace path manager       no
            events                       yes
            event buffer                 8388608 bytes
            schedulers                   default
            path managers                -
            congestion controls          reno, cubic
            subflow tuning               no: it may not

            COMMAND         NUMBER  ATTRIBUTES
            subflow-create  10      addr, token

            """,
            run.Out);
    }

    [Fact]
    public async Task Show_as_json_is_the_daemons_answer()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetInfoRequest _) => Info);

        var run = (await Mptcpctl.RunAsync(daemon, "node show -o json")).Succeeded();

        Assert.Equal(Info, GetInfoResponse.Parser.ParseJson(run.Out));
        // Scripts see a field also where it has its default value.
        Assert.Contains("\"userspacePathManager\": false", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sysctls_lists_them_with_what_may_be_written()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSysctlsRequest _) => new ListSysctlsResponse
        {
            Sysctls =
            {
                new Sysctl { Name = "available_schedulers", Value = "default", ReadOnly = true },
                new Sysctl { Name = "pm_type", Value = "1" },
            },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "node sysctls")).Succeeded();

        Assert.Equal(
            """
            NAME                  VALUE    ACCESS
            available_schedulers  default  read-only
            pm_type               1        writable

            """,
            run.Out);
        daemon.Received<ListSysctlsRequest>();
    }

    [Fact]
    public async Task Set_writes_every_setting_in_one_request()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((UpdateSysctlsRequest request) => new UpdateSysctlsResponse { Sysctls = { request.Sysctls } });

        var run = (await Mptcpctl.RunAsync(daemon, "node set pm_type=1 scheduler=a=b")).Succeeded();

        Assert.Equal(
            [new Sysctl { Name = "pm_type", Value = "1" }, new Sysctl { Name = "scheduler", Value = "a=b" }],
            daemon.Received<UpdateSysctlsRequest>().Sysctls);
        Assert.Contains("scheduler  a=b    writable", run.Lines);
    }

    [Theory]
    [InlineData("node set", "required argument 'NAME=VALUE' missing for command: 'set'")]
    [InlineData("node set pm_type =1", "NAME=VALUE: 'pm_type' is not a setting: expected NAME=VALUE, for instance pm_type=1; "
        + "NAME=VALUE: '=1' is not a setting: expected NAME=VALUE, for instance pm_type=1")]
    public async Task A_setting_has_a_name_and_a_value(string commandLine, string expected)
    {
        var run = (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage);

        Assert.Equal(expected + "; see 'mptcpctl node set --help'", run.ErrorLine);
    }
}
