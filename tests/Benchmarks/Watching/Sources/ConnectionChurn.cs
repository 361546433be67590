using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Watching.Sources;

/// <summary>
/// Connections of a host that come and go. Whoever makes them, and the kernels of both ends, need a good part of the processors that the
/// daemon and its watcher run on too.
/// </summary>
internal sealed class ConnectionChurn : IEventSource
{
    // The client's kernel tells of its beginning, that it is established, and of its end.
    private const int EventsPerConnection = 3;

    private readonly NetworkLab _lab;
    private readonly Crowd _crowd;
    private readonly int _eventsPerSecond;

    private ConnectionChurn(NetworkLab lab, Crowd crowd, int eventsPerSecond) => (_lab, _crowd, _eventsPerSecond) = (lab, crowd, eventsPerSecond);

    public string Name => "connections come and go";

    public static async Task<IEventSource> OpenAsync(NetworkLab lab, int eventsPerSecond)
        => new ConnectionChurn(lab, await Crowd.StartAsync(lab.Client, lab.Server, new CrowdOptions { Service = CrowdService.Greet }), eventsPerSecond);

    public Task StartAsync() => _crowd.ChurnAsync(
        new ChurnOptions(_eventsPerSecond / EventsPerConnection, TimeSpan.FromMilliseconds(100)), _lab.Client.GetPath(1).PeerIPv4);

    public async Task StopAsync()
    {
        await _crowd.CalmAsync();
        await _crowd.EndAsync();
    }

    public ValueTask DisposeAsync() => _crowd.DisposeAsync();
}
