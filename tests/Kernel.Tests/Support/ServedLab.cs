using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A lab of three paths whose two hosts one daemon serves, by the names <see cref="ClientName"/> and <see cref="ServerName"/>.</summary>
public class ServedLab : IAsyncLifetime
{
    NetworkLab? _lab;
    DaemonProcess? _daemon;

    // All labs of a machine share /run/netns.
    public static string ClientName { get; } = $"kernel-tests-{Environment.ProcessId}-client";

    public static string ServerName { get; } = $"kernel-tests-{Environment.ProcessId}-server";

    public NetworkLab Lab => _lab ?? throw new InvalidOperationException("there is no lab");

    public ControlPlaneClient Client => Daemon.Client;

    public ConnectionService.ConnectionServiceClient Connections => Client.Connections;

    internal DaemonProcess Daemon => _daemon ?? throw new InvalidOperationException("there is no daemon");

    /// <summary>More of the daemon's configuration, as members of a JSON object.</summary>
    protected virtual string Settings => "";

    public async ValueTask InitializeAsync()
    {
        // The tests that would need it say themselves why they are skipped.
        if (LabSupport.SkipReason is not null)
            return;
        _lab = await NetworkLab.CreateAsync(paths: 3);
        _lab.Client.AttachName(ClientName);
        _lab.Server.AttachName(ServerName);
        _daemon = await DaemonProcess.StartConfiguredAsync(
            _lab.Client, $$"""{ "namespaces": ["{{ClientName}}", "{{ServerName}}"], {{Settings}} }""");
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        if (_lab is not null)
            await _lab.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Connects, and waits until the daemon knows both ends as established.</summary>
    public async Task<ServedPair> ConnectAsync(AddressKind kind = AddressKind.IPv4, Side actor = Side.Client)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var watch = await WatchProbe.StartAsync(Client, new WatchRequest { Mode = WatchMode.FollowOnly });
        try
        {
            var pair = await kind.ConnectAsync(Lab, cancellation);
            foreach (var token in new[] { pair.Client.Token, pair.Server.Token })
                await watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == token);
            return new ServedPair(this, pair, watch, kind, actor);
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs mptcpctl against the daemon.</summary>
    /// <param name="commandLine">Its arguments, parted by single spaces.</param>
    internal Task<CommandRun> RunAsync(string commandLine) => CommandRun.RunAsync(Lab.Client, Daemon.Address, commandLine.Split(' '));

    /// <summary>What a call that must fail says.</summary>
    internal static async Task<ControlPlaneError> RefusalOfAsync<T>(AsyncUnaryCall<T> call) =>
        ControlPlaneError.From(await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync));
}
