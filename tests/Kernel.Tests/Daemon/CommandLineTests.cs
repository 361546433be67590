using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>mptcpctl as an operator uses it, against the real thing.</summary>
public class CommandLineTests(ServedLab served) : IClassFixture<ServedLab>
{
    [LabFact]
    public async Task A_connection_is_led_from_the_command_line()
    {
        await using var pair = await served.ConnectAsync();
        var port = pair.Connection.RemoteEndPoint.Port;

        var created = await RunAsync($"subflow create {pair.Token} --local 198.18.2.1:40404 --remote 198.18.2.2:{port} --wait 10s");
        Assert.Contains("established", created, StringComparison.Ordinal);
        await RunAsync($"subflow set {pair.Token} --local 198.18.2.1:40404 --remote 198.18.2.2:{port} --backup");
        await pair.Watch.FirstAsync(EventType.SubflowPriority, told => told.Token == pair.PeerToken && told.Subflow.Backup);
        await RunAsync($"address announce 0x{pair.Token:x} 198.18.3.1 --id 8 --listen");
        await pair.Watch.FirstAsync(EventType.AddressAnnounced, told => told.Token == pair.PeerToken && told.Address.Id == 8);
        var listed = await RunAsync($"subflow list {pair.Token}");
        Assert.Contains($"198.18.2.2:{port}", listed, StringComparison.Ordinal);
        await RunAsync($"address withdraw {pair.Token} --id 8");
        await RunAsync($"subflow destroy {pair.Token} --local 198.18.2.1:40404 --remote 198.18.2.2:{port}");
        await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == pair.PeerToken);
    }

    [LabFact]
    public async Task A_namespace_is_led_from_the_command_line()
    {
        var name = ServedLab.ServerName;

        await RunAsync($"--namespace {name} limits set --subflows 3");
        await RunAsync($"--namespace {name} endpoint add 198.18.2.2 --id 4 --interface path2 --flags signal");
        Assert.Contains("198.18.2.2", await RunAsync($"--namespace {name} endpoint list"), StringComparison.Ordinal);
        Assert.DoesNotContain("198.18.2.2", await RunAsync("endpoint list"), StringComparison.Ordinal);
        await RunAsync($"--namespace {name} endpoint flush");
        await RunAsync($"--namespace {name} node set scheduler=default");
        Assert.Contains(name, await RunAsync("node show"), StringComparison.Ordinal);

        var limits = await served.Client.Endpoints.GetLimitsAsync(new GetLimitsRequest { Namespace = name });
        Assert.Equal(3u, limits.Limits.Subflows);
        Assert.Empty((await served.Client.Endpoints.ListEndpointsAsync(new ListEndpointsRequest { Namespace = name })).Endpoints);
    }

    [LabFact]
    public async Task A_connection_is_looked_at_and_closed_from_the_command_line()
    {
        await using var pair = await served.ConnectAsync();
        await pair.JoinAsync();
        var token = $"0x{pair.Token:x8}";

        var listed = await RunAsync($"connection list --stats --local {pair.Connection.LocalEndPoint}");
        Assert.Contains(token, listed, StringComparison.Ordinal);
        Assert.DoesNotContain($"0x{pair.PeerToken:x8}", listed, StringComparison.Ordinal);
        var card = await RunAsync($"connection show {token}");
        Assert.Contains("198.18.2.1:", card, StringComparison.Ordinal);
        Assert.Matches("\nflags +remote_key\n", card);
        Assert.Matches("\ncwnd +[0-9]+ +[0-9]+\n", card);
        Assert.Contains(" compared", await RunAsync("connection reconcile"), StringComparison.Ordinal);
        var closed = await RunAsync($"connection close {token}");
        Assert.Equal(2, closed.Split("destroyed ").Length - 1);
        Assert.Contains("orphaned: The kernel keeps the connection without a subflow", closed, StringComparison.Ordinal);
        Assert.Contains(token, await RunAsync("connection list --state orphaned"), StringComparison.Ordinal);
    }

    async Task<string> RunAsync(string commandLine) => string.Join('\n', (await served.RunAsync(commandLine)).Succeeded().Output);
}
