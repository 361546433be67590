using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.Kernel.Tests.Supervision;

/// <summary>
/// A client whose kernel has every connection join over the second path, ends those subflows again, and so on until it is stopped. A join
/// that was refused is missing for good, and ends the storm with an error.
/// </summary>
sealed class JoinStorm : IAsyncDisposable
{
    // With every round another id: the peer may be told of the removal of the last one when the next joins are there already.
    const byte FirstId = 2;
    const byte LastId = 250;

    // TCP asks again after a second where the host is too busy to hear.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What is told while no daemon runs must have room in the buffer of the event socket.
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    readonly PicturedHost _client;
    readonly LabHost _host;
    readonly int _connections;
    readonly CancellationTokenSource _stop = new();
    readonly Task _storming;
    int _rounds;

    /// <summary>Begins.</summary>
    /// <param name="client">The client; its kernel decides about paths.</param>
    /// <param name="host">The same.</param>
    /// <param name="connections">How many connections it has.</param>
    public JoinStorm(PicturedHost client, LabHost host, int connections)
    {
        (_client, _host, _connections) = (client, host, connections);
        client.PathManager.SetLimits(subflows: 2, acceptedAddresses: 0);
        _storming = Task.Run(StormAsync);
    }

    /// <summary>How often all connections have joined, and lost the subflow again.</summary>
    public int Rounds => Volatile.Read(ref _rounds);

    byte Id => (byte)(FirstId + (_rounds % (LastId - FirstId + 1)));

    /// <summary>Awaits that all connections join once more, from the beginning to the end of it.</summary>
    public async Task WholeRoundAsync(string when)
    {
        var before = Rounds;
        // The one that goes on now may have begun before.
        await LabWait.UntilAsync(
            $"joins to go on {when}", () => _storming.IsCompleted || Rounds >= before + 2, Patience + Patience, TestContext.Current.CancellationToken);
        if (_storming.IsCompleted)
            await _storming;
    }

    /// <summary>Ends it; each connection then has its second subflow.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _storming;
        await JoinAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // What went wrong in it has been told, or the test has failed before.
        await _storming.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    async Task StormAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await JoinAsync();
            _client.PathManager.DeleteEndpoint(Id);
            await AwaitSubflowsAsync(_connections, "end");
            Interlocked.Increment(ref _rounds);
            await Task.Delay(Pace);
        }
    }

    async Task JoinAsync()
    {
        _client.PathManager.AddEndpoint(new Endpoint(_host.GetPath(2).IPv4) { Id = Id, Flags = EndpointFlags.Subflow });
        await AwaitSubflowsAsync(2 * _connections, "be joined");
    }

    Task AwaitSubflowsAsync(int count, string what) => LabWait.UntilAsync(
        $"the subflows of {_connections} connections to {what} (round {Rounds + 1})",
        () => _client.ListSubflows().Count(one => one.State == Native.Diagnostics.SocketState.Established) == count,
        Patience);
}
