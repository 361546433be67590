using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>A lab of three paths, a daemon that serves both of its hosts, and the means to compare what it knows with the kernel.</summary>
sealed class WatchedLab : IAsyncDisposable
{
    // The kernel needs a moment to end what was closed; this is for a busy machine.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    WatchedLab(NetworkLab lab, PicturedHost client, PicturedHost server, DaemonProcess daemon) =>
        (Lab, Client, Server, Daemon) = (lab, client, server, daemon);

    public NetworkLab Lab { get; }

    public PicturedHost Client { get; }

    public PicturedHost Server { get; }

    public DaemonProcess Daemon { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes the lab and starts the daemon.</summary>
    /// <param name="pathManager">Who decides about paths on both hosts.</param>
    /// <param name="surveyInterval">How often the daemon looks for itself; an hour keeps a test from being saved by it.</param>
    /// <param name="eventBuffer">The receive buffer that the daemon asks for.</param>
    public static async Task<WatchedLab> CreateAsync(
        PathManagerKind pathManager = PathManagerKind.Userspace, TimeSpan? surveyInterval = null, int eventBuffer = 8 << 20)
    {
        var lab = await NetworkLab.CreateAsync(paths: 3, pathManager, Cancellation);
        try
        {
            lab.Client.AttachName(ServedLab.ClientName);
            lab.Server.AttachName(ServedLab.ServerName);
            var daemon = await DaemonProcess.StartConfiguredAsync(
                lab.Client,
                $$"""
                {
                  "namespaces": ["{{ServedLab.ClientName}}", "{{ServedLab.ServerName}}"],
                  "events": { "receiveBufferBytes": {{eventBuffer}}, "logCapacity": 262144 },
                  "connections": { "surveyIntervalMilliseconds": {{(surveyInterval ?? TimeSpan.FromHours(1)).TotalMilliseconds}} }
                }
                """);
            return new WatchedLab(
                lab,
                new PicturedHost(ServedLab.ClientName, lab.Client.NamespacePath),
                new PicturedHost(ServedLab.ServerName, lab.Server.NamespacePath),
                daemon);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the kernel of the client give every connection a second subflow over the second path.</summary>
    public void MakeSecondSubflows()
    {
        foreach (var host in new[] { Client, Server })
            host.PathManager.SetLimits(subflows: 2, acceptedAddresses: 2);
        Client.PathManager.AddEndpoint(new Endpoint(Lab.Client.GetPath(2).IPv4) { Id = 2, Flags = EndpointFlags.Subflow });
    }

    /// <summary>Draws what the kernel shows of both hosts.</summary>
    public Picture DrawKernel()
    {
        var picture = new Picture();
        Client.DrawInto(picture);
        Server.DrawInto(picture);
        return picture;
    }

    /// <summary>Draws what the daemon lists.</summary>
    public Task<Picture> DrawDaemonAsync() => Daemon.Client.DrawAsync(Cancellation);

    /// <summary>Awaits that the kernel has so many connections on each host, and none that is ending.</summary>
    public Task AwaitStillnessAsync(int client, int server) => LabWait.UntilAsync(
        $"{client} connections on the client and {server} on the server, and nothing that moves",
        () => IsStill(Client, client) && IsStill(Server, server),
        Patience,
        Cancellation);

    /// <summary>Awaits that the daemon's picture is the kernel's, while nothing moves: all that is left to come is what the kernel has told.</summary>
    public async Task ShouldKnowAllAsync(string when)
    {
        var kernel = DrawKernel();
        var daemon = await DrawDaemonAsync();
        try
        {
            await LabWait.UntilAsync(
                "the daemon to know what the kernel shows",
                async _ => (daemon = await DrawDaemonAsync()).DifferencesFrom(kernel).Count == 0,
                Patience,
                Cancellation);
        }
        catch (TimeoutException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(Daemon.Process.Transcript);
            daemon.ShouldBe(kernel, when);
        }
    }

    /// <summary>Has the daemon compare itself with the kernel; after that its picture must be the kernel's.</summary>
    public async Task<ReconcileConnectionsResponse> ShouldReconcileAsync(string when)
    {
        var kernel = DrawKernel();
        var reconciled = await Daemon.Client.Connections.ReconcileConnectionsAsync(new ReconcileConnectionsRequest(), cancellationToken: Cancellation);
        (await DrawDaemonAsync()).ShouldBe(kernel, when);
        return reconciled;
    }

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        Client.Dispose();
        Server.Dispose();
        await Lab.DisposeAsync();
    }

    static bool IsStill(PicturedHost host, int connections)
    {
        var sockets = host.ListConnections();
        return sockets.Count == connections && sockets.All(socket => socket.State == Native.Diagnostics.SocketState.Established);
    }
}
