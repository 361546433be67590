using System.Globalization;
using System.Net;

namespace Mptcp.Lab;

/// <summary>
/// Thousands of connections between two hosts, or within one: a program at each end makes them, some ten thousand a second, and holds up to
/// 19,000 of them. For more there can be more crowds.
/// </summary>
public sealed class Crowd : IAsyncDisposable
{
    readonly CrowdProgram _client;
    readonly CrowdProgram _server;
    readonly IReadOnlyList<int> _ports;

    Crowd(CrowdProgram client, CrowdProgram server, IReadOnlyList<int> ports) => (_client, _server, _ports) = (client, server, ports);

    /// <summary>The process that holds the connecting ends.</summary>
    public int ClientId => _client.Id;

    /// <summary>The process that holds the accepting ends.</summary>
    public int ServerId => _server.Id;

    /// <summary>Starts both programs. Nothing is connected yet.</summary>
    /// <param name="client">The host that connects.</param>
    /// <param name="server">The host that listens, at every address; it may be the same.</param>
    /// <param name="options">What to connect to.</param>
    /// <exception cref="InvalidOperationException">A program cannot be run.</exception>
    public static async Task<Crowd> StartAsync(LabHost client, LabHost server, CrowdOptions? options = null)
    {
        options ??= new CrowdOptions();
        var listening = CrowdProgram.Start(
            server,
            options.Service switch { CrowdService.Park => "park", CrowdService.Greet => "greet", _ => "serve" },
            options.Ports.ToString(CultureInfo.InvariantCulture),
            options.Transport == Transport.Mptcp ? "mptcp" : "tcp");
        var (ports, _) = await listening.ReadAnswerAsync();
        return new Crowd(
            CrowdProgram.Start(client, "connect"),
            listening,
            [.. ports.Split(' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture))]);
    }

    /// <summary>
    /// Opens connections, to each port in turn, and with a server that accepts lets a byte go both ways through each, so that both ends are
    /// established.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="address">The server's address; IPv4-mapped for IPv4 between IPv6 sockets.</param>
    /// <param name="greet">False to leave out the bytes: then the client's ends are not fully established.</param>
    /// <exception cref="InvalidOperationException">One could not be made; those before it are held.</exception>
    public Task OpenAsync(int count, IPAddress address, bool greet = true) =>
        _client.AskAsync([greet ? "open" : "knock", count, .. Targets(address)]);

    /// <summary>Closes the connections that were opened last.</summary>
    /// <param name="count">How many.</param>
    /// <param name="abort">Whether to reset them.</param>
    public Task CloseAsync(int count, bool abort = false) => _client.AskAsync("close", count, abort ? "abort" : "close");

    /// <summary>Has connections come and go, besides those that are held, until <see cref="CalmAsync"/>.</summary>
    public Task ChurnAsync(ChurnOptions options, IPAddress address) => _client.AskAsync(
        ["churn", options.PerSecond, (int)options.Lifetime.TotalMilliseconds, options.AbortedPercent, .. Targets(address)]);

    /// <summary>Ends the coming, and closes what came.</summary>
    /// <returns>How many there have been.</returns>
    /// <exception cref="InvalidOperationException">A connection could not be made, or was dropped.</exception>
    public async Task<long> CalmAsync() => long.Parse((await _client.AskAsync("calm")).Result, CultureInfo.InvariantCulture);

    /// <summary>Has data flow through the first connections that are held, both ways, until the next call; 0 ends it.</summary>
    /// <exception cref="InvalidOperationException">A connection was dropped.</exception>
    public Task FlowAsync(int count) => _client.AskAsync("flow", count);

    /// <summary>Sends something new through every connection that is held, and awaits it back.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="InvalidOperationException">A connection was dropped; the message has all that were.</exception>
    public async Task<int> CheckAsync()
    {
        var (alive, dropped) = await _client.AskAsync("check");
        if (dropped.Count > 0)
            throw new InvalidOperationException($"{alive} connections are alive, and {dropped.Count} were dropped:\n{string.Join('\n', dropped)}");
        return int.Parse(alive, CultureInfo.InvariantCulture);
    }

    /// <summary>The connecting ends of the connections that are held.</summary>
    public Task<IReadOnlyList<CrowdConnection>> ListClientAsync() => _client.ListAsync();

    /// <summary>The ends that the server holds, those of churn and those just closed at the other end included.</summary>
    public Task<IReadOnlyList<CrowdConnection>> ListServerAsync() => _server.ListAsync();

    /// <summary>Closes every connection, and ends both programs.</summary>
    /// <exception cref="InvalidOperationException">Churn or flow ended before, with an error.</exception>
    public async Task EndAsync()
    {
        await _client.AskAsync("end");
        await _server.AskAsync("end");
    }

    /// <summary>Kills both programs. The kernel then closes their connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    IEnumerable<object> Targets(IPAddress address) => _ports.Select(port => new IPEndPoint(address, port));
}
