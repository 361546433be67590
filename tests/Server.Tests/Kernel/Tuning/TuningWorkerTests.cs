using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Sessions.Writing;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.Congestion;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Tests.Kernel.Tuning;

/// <summary>Orders that come while a run is under way, with a kernel whose runs a test ends.</summary>
public sealed class TuningWorkerTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly WriteGate _writes = new();
    private readonly List<IReadOnlyList<SubflowTuning>> _runs = [];
    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _mayEnd = new(0);
    private readonly Lazy<HostNamespaces> _namespaces = new(static () => new HostNamespaces(new NamespaceSelection(["self"]), static _ => { }));
    private Func<SubflowTuning, TuningOutcome> _outcome = static _ => new TuningOutcome.Done();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task What_is_ordered_during_a_run_is_done_in_the_next_one_and_counts_as_a_write_until_then()
    {
        using var worker = new TuningWorker(Tune, _writes);
        var first = worker.TuneAsync(Order(1));
        await BegunAsync();
        Task[] later = [worker.TuneAsync(Order(2)), worker.TuneAsync(Order(3)), worker.TuneAsync(Order(2))];
        var drained = _writes.DrainAsync();
        _mayEnd.Release();
        await first.WaitAsync(Longest, Cancellation);
        await BegunAsync();
        Assert.False(drained.IsCompleted);
        Assert.All(later, one => Assert.False(one.IsCompleted));

        _mayEnd.Release();
        await Task.WhenAll(later).WaitAsync(Longest, Cancellation);
        await drained.WaitAsync(Longest, Cancellation);
        Assert.Equal([[1ul], [2ul, 3ul, 2ul]], _runs.Select(run => run.Select(one => one.Cookie)));
    }

    [LabFact]
    public async Task Each_order_has_what_came_of_it()
    {
        _outcome = tuning => tuning.Cookie switch
        {
            1 => new TuningOutcome.Gone(),
            2 => new TuningOutcome.Refused(TuningOption.PacingRate, Errno.Invalid),
            _ => new TuningOutcome.Done(),
        };
        using var worker = new TuningWorker(Tune, _writes);
        _mayEnd.Release(3);
        var gone = await Assert.ThrowsAsync<TuningRefusedException>(() => worker.TuneAsync(Order(1)));
        Assert.Equal(TuningRefusal.SubflowNotFound, gone.Refusal);
        var refused = await Assert.ThrowsAsync<TuningRefusedException>(() => worker.TuneAsync(Order(2)));
        Assert.Equal((TuningRefusal.KernelRefused, "pacing_rate"), (refused.Refusal, refused.Facts["refused"]));
        await worker.TuneAsync(Order(3)).WaitAsync(Longest, Cancellation);
    }

    [LabFact]
    public async Task A_run_that_fails_fails_its_orders_and_no_later_one()
    {
        var failure = new SystemCallException("write to a BPF map", new Errno(12));
        _outcome = tuning => tuning.Cookie == 1 ? throw failure : new TuningOutcome.Done();
        using var worker = new TuningWorker(Tune, _writes);
        _mayEnd.Release(2);
        Assert.Same(failure, await Assert.ThrowsAsync<SystemCallException>(() => worker.TuneAsync(Order(1))));
        await worker.TuneAsync(Order(2)).WaitAsync(Longest, Cancellation);
        await _writes.DrainAsync().WaitAsync(Longest, Cancellation);
    }

    public void Dispose()
    {
        if (_namespaces.IsValueCreated)
            _namespaces.Value.Dispose();
        _begun.Dispose();
        _mayEnd.Dispose();
    }

    private async Task BegunAsync() => Assert.True(await _begun.WaitAsync(Longest, Cancellation), "no run began");

    private IReadOnlyList<TuningOutcome> Tune(Mptcp.Native.Namespaces.NetworkNamespace networkNamespace, IReadOnlyList<SubflowTuning> subflows)
    {
        _runs.Add(subflows);
        _begun.Release();
        Assert.True(_mayEnd.Wait(Longest), "the test did not let the run end");
        return [.. subflows.Select(_outcome)];
    }

    private TuningOrder Order(ulong id) => new(
        _namespaces.Value.All[0],
        Token: 7,
        new Subflow(new IPEndPoint(IPAddress.Parse("198.18.1.1"), 1), new IPEndPoint(IPAddress.Parse("198.18.1.2"), 2), SubflowState.Established) { Id = id },
        new SubflowSettings { PacingRate = 1_000 });
}
