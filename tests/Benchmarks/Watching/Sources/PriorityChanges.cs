using System.Diagnostics;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Benchmarks.Watching.Sources;

/// <summary>
/// A peer that makes the subflow of each of some connections a backup, and none again (MP_PRIO): the events that cost the machine the
/// least, where their way to the watcher is what is measured.
/// </summary>
internal sealed class PriorityChanges : IEventSource
{
    private const int Connections = 50;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    private readonly int _perSecond;
    private readonly List<ConnectedPair> _pairs;
    private readonly List<(uint Token, SubflowAddresses Subflow)> _subflows;
    private readonly NetworkNamespace _namespace;
    private readonly PathManager _pathManager;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private volatile bool _stopping;

    private PriorityChanges(NetworkLab lab, List<ConnectedPair> pairs, int perSecond)
    {
        (_pairs, _perSecond) = (pairs, perSecond);
        _subflows = pairs.ConvertAll(
            pair => (pair.Server.Token, new SubflowAddresses(pair.Server.LocalEndPoint, pair.Server.RemoteEndPoint)));
        _namespace = NetworkNamespace.Find(lab.Server.NamespacePath);
        _pathManager = PathManager.Open(_namespace);
    }

    public string Name => "the peer changes priorities";

    public static async Task<IEventSource> OpenAsync(NetworkLab lab, int eventsPerSecond)
    {
        var pairs = new List<ConnectedPair>();
        for (var i = 0; i < Connections; i++)
            pairs.Add(await lab.ConnectAsync());
        return new PriorityChanges(lab, pairs, eventsPerSecond);
    }

    public Task StartAsync()
    {
        _started = true;
        new Thread(Run) { IsBackground = true, Name = "priorities" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        _stopping = true;
        return _ended.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
            await StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pathManager.Dispose();
        _namespace.Dispose();
        _pairs.ForEach(pair => pair.Dispose());
    }

    private void Run()
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            for (long made = 0; !_stopping;)
            {
                Thread.Sleep(Pace);
                for (var due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * _perSecond); made < due; made++)
                {
                    var (token, subflow) = _subflows[(int)(made % Connections)];
                    _pathManager.SetSubflowBackup(token, subflow, backup: made / Connections % 2 == 0);
                }
            }

            _ended.SetResult();
        }
        catch (Exception failure)
        {
            _ended.SetException(new InvalidOperationException($"no more priorities change: {failure.Message}", failure));
        }
    }
}
