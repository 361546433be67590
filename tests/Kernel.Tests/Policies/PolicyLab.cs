using System.Net;
using System.Net.Sockets;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>A lab whose two hosts one daemon serves and keeps to policies, and the means to compare them with the kernel's own sockets.</summary>
sealed class PolicyLab : IAsyncDisposable
{
    // Busy machines included; what is awaited comes within milliseconds, or after the retry that a test sets.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly DirectoryInfo _state;
    readonly List<IDisposable> _opened = [];

    PolicyLab(NetworkLab lab, DirectoryInfo state, DaemonProcess daemon)
    {
        (Lab, _state, Daemon) = (lab, state, daemon);
        Client = new PicturedHost(ServedLab.ClientName, lab.Client.NamespacePath);
        Server = new PicturedHost(ServedLab.ServerName, lab.Server.NamespacePath);
    }

    public NetworkLab Lab { get; }

    public DaemonProcess Daemon { get; }

    public PicturedHost Client { get; }

    public PicturedHost Server { get; }

    public ConnectionService.ConnectionServiceClient Connections => Daemon.Client.Connections;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes the lab and starts the daemon.</summary>
    /// <param name="paths">How many paths.</param>
    /// <param name="settings">More of the daemon's configuration, as members of a JSON object.</param>
    public static async Task<PolicyLab> CreateAsync(int paths = 2, string settings = "")
    {
        var lab = await NetworkLab.CreateAsync(paths, PathManagerKind.Userspace, Cancellation);
        var state = Directory.CreateTempSubdirectory("mptcp-");
        try
        {
            lab.Client.AttachName(ServedLab.ClientName);
            lab.Server.AttachName(ServedLab.ServerName);
            var daemon = await DaemonProcess.StartConfiguredAsync(
                lab.Client,
                $$"""
                {
                  "namespaces": ["{{ServedLab.ClientName}}", "{{ServedLab.ServerName}}"],
                  "privileges": { "lowPorts": true },
                  "state": { "directory": "{{state.FullName}}" }{{(settings.Length > 0 ? "," : "")}}
                  {{settings}}
                }
                """);
            return new PolicyLab(lab, state, daemon);
        }
        catch
        {
            await lab.DisposeAsync();
            state.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Has policies hold: an entry of <c>policies</c> each, in flow style and without its braces.</summary>
    public Task ApplyAsync(params IEnumerable<string> policies) => ApplyAsync(PolicyEnforcement.Enforce, policies);

    /// <inheritdoc cref="ApplyAsync(IEnumerable{string})"/>
    public async Task ApplyAsync(PolicyEnforcement enforcement, params IEnumerable<string> policies)
    {
        var yaml = $"policies: [{string.Join(", ", policies.Select((policy, i) => $"{{name: p{i}, {policy}}}"))}]\n";
        await Daemon.Client.Policies.ApplyPoliciesAsync(
            new ApplyPoliciesRequest { Yaml = yaml, Enforcement = enforcement }, cancellationToken: Cancellation);
    }

    /// <summary>Connects, until the daemon knows both ends, and keeps the connection while the lab lives or until <see cref="CloseAll"/>.</summary>
    public async Task<ConnectedPair> ConnectAsync(AddressKind kind = AddressKind.IPv4) =>
        await KnownAsync(await kind.ConnectAsync(Lab, Cancellation));

    /// <summary>Waits until the daemon knows both ends of a connection, and keeps it likewise.</summary>
    public async Task<ConnectedPair> KnownAsync(ConnectedPair pair)
    {
        _opened.Add(pair);
        await LabWait.UntilAsync(
            "the daemon to know both ends",
            async token =>
            {
                var known = await Connections.ListConnectionsAsync(new ListConnectionsRequest(), cancellationToken: token);
                return new[] { pair.Client.Token, pair.Server.Token }.All(one => known.Connections.Any(connection => connection.Token == one));
            },
            Patience,
            Cancellation);
        return pair;
    }

    /// <summary>Keeps something while the lab lives or until <see cref="CloseAll"/>.</summary>
    public T Keep<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }

    /// <summary>Closes what was opened.</summary>
    public void CloseAll()
    {
        _opened.ForEach(one => one.Dispose());
        _opened.Clear();
    }

    /// <summary>
    /// Awaits that a connection has exactly some subflows, in the kernels of both hosts and by the daemon, and that nothing more is going to
    /// be done about it now.
    /// </summary>
    /// <param name="pair">The connection.</param>
    /// <param name="expected">The subflows as the client sees them, as <see cref="PathNames.Of"/> spells them.</param>
    public Task ShouldHaveAsync(ConnectedPair pair, params IEnumerable<string> expected) => ShouldHaveAsync(pair, everywhere: true, expected);

    /// <summary>Awaits it at the client alone, where the server cannot be told.</summary>
    public Task ClientShouldHaveAsync(ConnectedPair pair, params IEnumerable<string> expected) => ShouldHaveAsync(pair, everywhere: false, expected);

    /// <summary>Awaits an explanation of a connection that is as it should be.</summary>
    public async Task<PathExplanation> ExplainedAsync(string what, ConnectedPair pair, Func<PathExplanation, bool> condition, Side side = Side.Client)
    {
        PathExplanation? last = null;
        try
        {
            await LabWait.UntilAsync(
                what,
                async _ => condition(last = side == Side.Client
                    ? await ExplainAsync(ServedLab.ClientName, pair.Client.Token)
                    : await ExplainAsync(ServedLab.ServerName, pair.Server.Token)),
                Patience,
                Cancellation);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}; last: {last}\n{Daemon.Process.Transcript}", timeout);
        }

        return last!;
    }

    /// <summary>Explains one end of a connection.</summary>
    public async Task<PathExplanation> ExplainAsync(string namespaceName, uint token) =>
        (await Daemon.Client.Policies.ExplainConnectionAsync(
            new ExplainConnectionRequest { Namespace = namespaceName, Token = token }, cancellationToken: Cancellation)).Explanation;

    /// <summary>Asserts that every connection is as its policy wants.</summary>
    public async Task ShouldHaveNoDifferencesAsync(uint? decided = null)
    {
        ListDifferencesResponse? last = null;
        try
        {
            await LabWait.UntilAsync(
                "no differences",
                async _ =>
                {
                    last = await Daemon.Client.Policies.ListDifferencesAsync(new ListDifferencesRequest(), cancellationToken: Cancellation);
                    return last.DifferentConnections == 0 && (decided ?? last.DecidedConnections) == last.DecidedConnections;
                },
                Patience,
                Cancellation);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}; last: {last}", timeout);
        }
    }

    /// <summary>The client's subflow over a path, named as <see cref="PathNames.Of"/> does.</summary>
    public async Task<Subflow> FindSubflowAsync(ConnectedPair pair, string name) => Assert.Single(
        (await GetAsync(pair.Client.Token)).Subflows,
        subflow => name == PathNames.Of(IPAddress.Parse(subflow.Local.Address), IPAddress.Parse(subflow.Remote.Address)));

    /// <summary>A connection of the client as the daemon knows it.</summary>
    public async Task<Connection> GetAsync(uint token) =>
        (await Connections.GetConnectionAsync(
            new GetConnectionRequest { Namespace = ServedLab.ClientName, Token = token }, cancellationToken: Cancellation)).Connection;

    /// <summary>Sends data both ways, and compares what arrives.</summary>
    public static Task TransferAsync(ConnectedPair pair) => Transfer.ExchangeAsync(
        pair.Client, pair.Server, new TransferOptions { Length = 1_000_000 }, Cancellation);

    public async ValueTask DisposeAsync()
    {
        CloseAll();
        await Daemon.DisposeAsync();
        Client.Dispose();
        Server.Dispose();
        await Lab.DisposeAsync();
        _state.Delete(recursive: true);
    }

    async Task ShouldHaveAsync(ConnectedPair pair, bool everywhere, IEnumerable<string> expected)
    {
        var wanted = PathNames.Join(expected);
        var seen = "";
        try
        {
            await LabWait.UntilAsync(
                "the subflows",
                async _ =>
                {
                    var (client, server) = (PathNames.At(Client, pair.Client.Token), PathNames.At(Server, pair.Server.Token, mirrored: true));
                    var known = await KnownAsync(pair.Client.Token);
                    var open = await OpenStepsAsync(pair);
                    seen = $"client: {client}\nserver: {server}\ndaemon: {known}\nto be done: {open}";
                    return (client, everywhere ? server : wanted, known, open) == (wanted, wanted, wanted, "");
                },
                Patience,
                Cancellation);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"wanted: {wanted}\n{seen}\n{await ExplainAsync(ServedLab.ClientName, pair.Client.Token)}\n"
                + $"{await ExplainAsync(ServedLab.ServerName, pair.Server.Token)}\n{Daemon.Process.Transcript}");
        }
    }

    async Task<string> KnownAsync(uint token) => PathNames.Join(
        (await GetAsync(token)).Subflows.Where(subflow => subflow.State is not (SubflowState.Closed or SubflowState.Failed)).Select(subflow =>
            PathNames.Of(IPAddress.Parse(subflow.Local.Address), IPAddress.Parse(subflow.Remote.Address))
            + (subflow.State == SubflowState.Established ? "" : "?")));

    async Task<string> OpenStepsAsync(ConnectedPair pair)
    {
        var all = new[] { await ExplainAsync(ServedLab.ClientName, pair.Client.Token), await ExplainAsync(ServedLab.ServerName, pair.Server.Token) };
        return string.Join(' ', all.SelectMany(one => one.Paths.Select(path => path.Step).Concat(one.Announcements.Select(announced => announced.Step)))
            .Where(step => step != PathStep.Unspecified));
    }
}
