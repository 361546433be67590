using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class SubflowChangeTests
{
    const string Path = "0x1f --connection-id 4711 --local 198.18.0.1:40000 --remote 198.18.0.2:80 --namespace blue";

    static readonly SocketAddress Local = new() { Address = "198.18.0.1", Port = 40000 };
    static readonly SocketAddress Remote = new() { Address = "198.18.0.2", Port = 80 };

    [Fact]
    public async Task Destroy_names_a_subflow_by_both_its_ends()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((DestroySubflowRequest _) => new DestroySubflowResponse());

        var run = (await Mptcpctl.RunAsync(daemon, "subflow destroy " + Path)).Succeeded();

        Assert.Equal(
            new DestroySubflowRequest { Namespace = "blue", Token = 31, ConnectionId = 4711, Local = Local, Remote = Remote },
            daemon.Received<DestroySubflowRequest>());
        Assert.Equal("closed 198.18.0.1:40000 -> 198.18.0.2:80\n", run.Out);
    }

    [Fact]
    public async Task Destroy_needs_both_ports() =>
        Assert.Equal(
            "--local: '198.18.0.1' has no port: expected ADDR:PORT, or [ADDR]:PORT for IPv6; "
            + "--remote: '[2001:db8::2]' has no port: expected ADDR:PORT, or [ADDR]:PORT for IPv6; see 'mptcpctl subflow destroy --help'",
            (await Mptcpctl.RunAsync("subflow destroy 1 --local 198.18.0.1 --remote [2001:db8::2]"))
                .EndedWith(ExitCode.BadUsage).ErrorLine);

    [Theory]
    [InlineData("--backup", true, "198.18.0.1:40000 -> 198.18.0.2:80 is a backup\n")]
    [InlineData("--no-backup", false, "198.18.0.1:40000 -> 198.18.0.2:80 is no backup\n")]
    public async Task Set_changes_the_priority_and_nothing_else(string option, bool backup, string expected)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((UpdateSubflowRequest request) => new UpdateSubflowResponse { Subflow = request.Subflow });

        var run = (await Mptcpctl.RunAsync(daemon, $"subflow set {Path} {option}")).Succeeded();

        var request = daemon.Received<UpdateSubflowRequest>();
        Assert.Equal(("blue", 31u, 4711ul), (request.Namespace, request.Token, request.ConnectionId));
        Assert.Equal(new Subflow { Local = Local, Remote = Remote, Backup = backup }, request.Subflow);
        Assert.Equal(["backup"], request.UpdateMask.Paths);
        Assert.Equal(expected, run.Out);
    }

    [Theory]
    [InlineData("--cwnd-clamp 7", "", 7u, 0ul)]
    [InlineData("--congestion bbr --pacing-rate 10mbit", "bbr", 0u, 1_250_000ul)]
    [InlineData("--cwnd-clamp none --pacing-rate none", "", (uint)int.MaxValue, ulong.MaxValue)]
    public async Task Set_tunes_what_is_given_and_leaves_the_rest(string options, string congestionControl, uint clamp, ulong rate)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((TuneSubflowRequest _) => new TuneSubflowResponse { CongestionControl = "bbr", CongestionWindow = 10, PacingRate = 1_250_000 });

        var run = (await Mptcpctl.RunAsync(daemon, $"subflow set {Path} {options}")).Succeeded();

        Assert.Equal(
            new TuneSubflowRequest
            {
                Namespace = "blue",
                Token = 31,
                ConnectionId = 4711,
                Local = Local,
                Remote = Remote,
                CongestionControl = congestionControl,
                CongestionWindowClamp = clamp,
                PacingRate = rate,
            },
            daemon.Received<TuneSubflowRequest>());
        Assert.Equal("198.18.0.1:40000 -> 198.18.0.2:80 sends with bbr, a window of 10 segments now, at most 10.0 Mbit/s\n", run.Out);
    }

    [Fact]
    public async Task Set_does_both_where_both_are_wanted()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((UpdateSubflowRequest request) => new UpdateSubflowResponse { Subflow = request.Subflow });
        daemon.Answer((TuneSubflowRequest _) => new TuneSubflowResponse { CongestionControl = "reno", CongestionWindow = 2 });

        var run = (await Mptcpctl.RunAsync(daemon, $"subflow set {Path} --backup --congestion reno")).Succeeded();

        Assert.Equal(
            ["198.18.0.1:40000 -> 198.18.0.2:80 is a backup", "198.18.0.1:40000 -> 198.18.0.2:80 sends with reno, a window of 2 segments now, no limit"],
            run.Lines);
    }

    [Theory]
    [InlineData("", "nothing to set: give --backup or --no-backup, --cwnd-clamp, --congestion or --pacing-rate")]
    [InlineData(" --cwnd-clamp 0", "--cwnd-clamp: '0' is not a number from 1 to 2147483647")]
    [InlineData(" --pacing-rate 5", "--pacing-rate: '5' is not a rate: expected for instance 10mbit or 1.25MB/s")]
    [InlineData(" --backup --no-backup", "--backup and --no-backup exclude each other")]
    public async Task Set_needs_to_know_one_way(string options, string expected) =>
        Assert.Equal(
            expected + "; see 'mptcpctl subflow set --help'",
            (await Mptcpctl.RunAsync($"subflow set {Path}{options}")).EndedWith(ExitCode.BadUsage).ErrorLine);
}
