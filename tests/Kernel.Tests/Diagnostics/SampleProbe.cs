using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>A caller that samples as often as it may, and keeps every sample.</summary>
sealed class SampleProbe : IAsyncDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    readonly CancellationTokenSource _stop = new();
    readonly Collected<SampleResponse> _samples = new();
    readonly Task<RpcException?> _reading;
    bool _disposed;

    SampleProbe(ControlPlaneClient client, SampleRequest request) => _reading = ReadAsync(client, request);

    /// <summary>Every sample so far.</summary>
    public IReadOnlyList<SampleResponse> Samples => _samples.Items;

    /// <summary>Ends with the stream: with null where that ended well.</summary>
    public Task<RpcException?> Ended => _reading.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Begins to sample, and waits for the first sample.</summary>
    public static async Task<SampleProbe> StartAsync(ControlPlaneClient client, SampleRequest request)
    {
        request.Interval = Duration.FromTimeSpan(Interval);
        var probe = new SampleProbe(client, request);
        await probe.FirstAsync("the first sample", _ => true);
        return probe;
    }

    /// <summary>Awaits a sample that matches, from the beginning or after some.</summary>
    public Task<SampleResponse> FirstAsync(string what, Func<SampleResponse, bool> matches, int skip = 0) =>
        _samples.FirstAsync(what, matches, skip);

    /// <summary>Awaits a sample that was begun after this call.</summary>
    public async Task<SampleResponse> NextAsync()
    {
        // The next one may have been on its way.
        var known = Samples.Count;
        await FirstAsync("a sample", _ => true, known);
        return await FirstAsync("another sample", _ => true, known + 1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    async Task<RpcException?> ReadAsync(ControlPlaneClient client, SampleRequest request)
    {
        RpcException? end = null;
        try
        {
            await foreach (var sample in client.SampleAsync(request, _stop.Token))
                _samples.Add(sample);
        }
        catch (RpcException exception)
        {
            end = exception;
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }

        _samples.End(end);
        return end;
    }
}
