using Mptcp.Control.V1;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>mptcp-controld led from outside, by a program that hears of each connection and asks for its subflow.</summary>
internal sealed class StandInPathManager : IPathManager
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NativeDaemon? _daemon;
    private Task _watching = Task.CompletedTask;

    public string Name => "mptcp-controld, led from outside";

    public PathManagerKind Kind => PathManagerKind.Userspace;

    public TimeSpan? ProcessorTime => ProcessorTimes.Read(_daemon!.Id);

    public async Task StartAsync(LabHost host)
    {
        _daemon = await NativeDaemon.StartAsync(host);
        _watching = WatchAsync(_daemon, host.GetPath(2).IPv4.ToString());
        await await Task.WhenAny(_synced.Task, _watching);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WatchAsync(NativeDaemon daemon, string local)
    {
        var request = new WatchRequest { Mode = WatchMode.FollowOnly, Allow = { new EventFilter { Types_ = { EventType.ConnectionEstablished } } } };
        await foreach (var message in daemon.Client.WatchAsync(request, _stop.Token))
        {
            if (message.Sync is not null)
                _synced.TrySetResult();
            foreach (var told in message.Events?.Events ?? [])
            {
                _ = daemon.Client.Connections.CreateSubflowAsync(new CreateSubflowRequest
                {
                    Token = told.Token,
                    Local = new SocketAddress { Address = local },
                    Remote = told.Connection.Remote,
                });
            }
        }
    }
}
