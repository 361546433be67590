using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>A daemon in this process that serves both hosts of a lab on a Unix socket; the first host is the default namespace.</summary>
internal sealed class ServedLab : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly Daemon _daemon;

    private ServedLab(NetworkLab lab, TemporaryDirectory directory, Daemon daemon, CollectedLog log)
    {
        Lab = lab;
        _directory = directory;
        _daemon = daemon;
        Log = log;
        Channel = SocketChannel.To(directory.File("control.sock"));
    }

    public NetworkLab Lab { get; }

    public CollectedLog Log { get; }

    public GrpcChannel Channel { get; }

    public NodeService.NodeServiceClient Node => new(Channel);

    public EndpointService.EndpointServiceClient Endpoints => new(Channel);

    public DiagnosticsService.DiagnosticsServiceClient Diagnostics => new(Channel);

    public PolicyService.PolicyServiceClient Policies => new(Channel);

    public EventService.EventServiceClient Events => new(Channel);

    /// <summary>Where the daemon keeps its policies.</summary>
    public string StateDirectory => _directory.File("state");

    /// <param name="roles">The roles of its configuration.</param>
    public static Task<ServedLab> StartAsync(params IReadOnlyList<Role> roles) => StartAsync(stateDirectory: null, roles);

    /// <param name="stateDirectory">Where it keeps its state; null for a directory of its own.</param>
    /// <param name="roles">The roles of its configuration.</param>
    public static async Task<ServedLab> StartAsync(string? stateDirectory, IReadOnlyList<Role> roles)
    {
        var log = new CollectedLog();
        var directory = new TemporaryDirectory();
        var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Kernel);
        try
        {
            var options = new DaemonOptions
            {
                SocketPath = directory.File("control.sock"),
                Namespaces = [lab.Client.NamespacePath, lab.Server.NamespacePath],
                StateDirectory = stateDirectory ?? directory.File("state"),
                Roles = roles,
            };
            var daemon = await Daemon.StartAsync(options, logging => logging.ClearProviders().AddProvider(log));
            return new ServedLab(lab, directory, daemon, log);
        }
        catch
        {
            await lab.DisposeAsync();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Ends the daemon before the test does.</summary>
    public ValueTask StopAsync() => _daemon.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _daemon.DisposeAsync();
        await Lab.DisposeAsync();
        _directory.Dispose();
    }
}
