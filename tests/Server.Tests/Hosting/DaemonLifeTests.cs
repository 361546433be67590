using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Hosting;

/// <summary>The program on a kernel of its own, from its start to its end.</summary>
public sealed class DaemonLifeTests
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    [LabFact]
    public async Task It_says_where_it_serves_outlives_a_hang_up_and_ends_with_0_on_SIGTERM()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        var path = directory.File("control.sock");
        var daemon = lab.Client.StartProcess(DaemonProgram.Start("--socket", path, "--socket-mode", "0600"));
        var ready = await ReadyAsync(daemon);
        Assert.Contains($"unix:{path}", ready, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        await RunAsync("kill", "-HUP", daemon.Id.ToString(CultureInfo.InvariantCulture));
        using var channel = SocketChannel.To(path);
        using var watch = new EventService.EventServiceClient(channel).Watch(new WatchRequest());
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal("self", Assert.Single((await new NodeService.NodeServiceClient(channel).GetInfoAsync(new GetInfoRequest())).Namespaces));

        daemon.Terminate();
        var end = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext())
            {
            }
        });
        Assert.Equal((StatusCode.Unavailable, ErrorReason.ShuttingDown), (end.StatusCode, ControlPlaneError.From(end).Reason));
        Assert.Equal(0, await daemon.WaitForExitAsync());
        Assert.False(Path.Exists(path));
        var last = await daemon.Errors.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Collection(
            last,
            line => Assert.EndsWith("the configuration was read again", line, StringComparison.Ordinal),
            line => Assert.EndsWith("stopping", line, StringComparison.Ordinal));
    }

    [LabFact]
    public async Task A_daemon_that_was_killed_is_followed_by_another_at_the_same_path()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        var path = directory.File("control.sock");
        var first = lab.Client.StartProcess(DaemonProgram.Start("--socket", path));
        await ReadyAsync(first);

        var second = lab.Client.StartProcess(DaemonProgram.Start("--socket", path));
        Assert.Equal([$"mptcp-controld: another mptcp-controld is already serving {path}"], await FailAsync(second));

        first.Kill();
        await first.WaitForExitAsync();
        Assert.True(Path.Exists(path));
        await ReadyAsync(lab.Client.StartProcess(DaemonProgram.Start("--socket", path)));
    }

    [LabFact]
    public async Task Port_0_takes_a_free_port_and_tells_it_and_a_port_in_use_is_refused()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        var configuration = directory.File("controld.json");
        await File.WriteAllTextAsync(
            configuration, """{ "access": { "bindings": [{ "role": "viewer", "callers": ["anonymous"] }] } }""", TestContext.Current.CancellationToken);
        var first = lab.Client.StartProcess(
            DaemonProgram.Start("--socket", directory.File("one.sock"), "--listen", "http://127.0.0.1:0", "--config", configuration));
        var url = (await ReadyAsync(first)).Split(' ').Single(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal)).TrimEnd(',');
        var port = new Uri(url).Port;

        using var channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions { HttpHandler = ConnectingFrom(lab.Client, port) });
        await new NodeService.NodeServiceClient(channel).GetInfoAsync(new GetInfoRequest());

        var second = lab.Client.StartProcess(DaemonProgram.Start("--socket", directory.File("two.sock"), "--listen", url));
        var lines = await FailAsync(second);
        Assert.StartsWith("mptcp-controld: cannot listen: ", lines[^1], StringComparison.Ordinal);
        Assert.Contains("address already in use", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
        Assert.False(Path.Exists(directory.File("two.sock")));
    }

    [LabFact]
    public async Task Without_CAP_NET_ADMIN_it_says_so()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        var start = DaemonProgram.Start("--socket", directory.File("control.sock"));
        var daemon = lab.Client.StartProcess("setpriv", ["--bounding-set=-net_admin", "--", start.FileName, .. start.ArgumentList]);
        Assert.StartsWith("mptcp-controld: CAP_NET_ADMIN is missing: ", Assert.Single(await FailAsync(daemon)), StringComparison.Ordinal);
    }

    [LabFact]
    public async Task Where_MPTCP_is_disabled_it_says_how_to_enable_it()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        lab.Client.SetSysctl("net.mptcp.enabled", "0");
        using var directory = new TemporaryDirectory();
        var daemon = lab.Client.StartProcess(DaemonProgram.Start("--socket", directory.File("control.sock")));
        Assert.Equal(
            ["mptcp-controld: MPTCP is disabled in the network namespace self; there, run: sysctl net.mptcp.enabled=1"],
            await FailAsync(daemon));
    }

    [LabFact]
    public async Task The_end_of_the_surveyor_ends_the_daemon_with_1_and_is_told()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        var log = new CollectedLog();
        var options = new DaemonOptions
        {
            SocketPath = directory.File("control.sock"),
            Namespaces = [lab.Client.NamespacePath],
            // No configuration allows what no wait can be as long as.
            SurveyInterval = TimeSpan.FromDays(100),
        };
        await using var daemon = await Daemon.StartAsync(options, logging => logging.ClearProviders().AddProvider(log));

        Assert.Equal(1, await daemon.WaitAsync().WaitAsync(LongestStart, TestContext.Current.CancellationToken));
        var told = Assert.Single(log.Entries, entry => entry.Level == LogLevel.Critical);
        Assert.StartsWith("the surveyor of the kernel's sockets has failed", told.Message, StringComparison.Ordinal);
        Assert.IsType<ArgumentOutOfRangeException>(told.Exception);
    }

    [LabFact]
    public async Task In_the_journal_each_line_has_its_level_in_front()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        using var directory = new TemporaryDirectory();
        var start = DaemonProgram.Start("--socket", directory.File("control.sock"));
        start.Environment["JOURNAL_STREAM"] = "8:12345";
        Assert.StartsWith("<6>", await ReadyAsync(lab.Client.StartProcess(start)), StringComparison.Ordinal);
    }

    private static async Task<string> ReadyAsync(LabProcess daemon) => await daemon.ReadUntilAsync(daemon.Errors, "READY", LongestStart);

    /// <summary>Waits for a daemon that cannot start.</summary>
    /// <returns>Everything it wrote to the standard error.</returns>
    private static async Task<IReadOnlyList<string>> FailAsync(LabProcess daemon)
    {
        Assert.Equal(1, await daemon.WaitForExitAsync(LongestStart));
        return await daemon.Errors.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private static SocketsHttpHandler ConnectingFrom(LabHost host, int port) => new()
    {
        ConnectCallback = (_, _) => new ValueTask<Stream>(host.Run<Stream>(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, port);
            return new NetworkStream(socket, ownsSocket: true);
        })),
    };
}
