using System.Collections.Concurrent;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Sessions.Writing;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Congestion;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Kernel.Tuning;

/// <summary>
/// Tunes subflows on a thread of its own, for the kernel goes through all sockets of a namespace for it, which takes some milliseconds.
/// What is ordered meanwhile is done in the next run, all of a namespace at once.
/// </summary>
internal sealed class TuningWorker : IDisposable
{
    private static readonly Dictionary<string, string> MissingCapabilities = new() { ["capability"] = "CAP_BPF and CAP_PERFMON" };

    private readonly WriteGate _writes;
    private readonly SubflowTuner? _tuner;
    private readonly Func<NetworkNamespace, IReadOnlyList<SubflowTuning>, IReadOnlyList<TuningOutcome>>? _tune;
    private readonly Func<TuningRefusedException>? _obstacle;
    private readonly BlockingCollection<(TuningOrder Order, TaskCompletionSource Done)> _orders = [];
    private readonly Thread? _thread;

    /// <summary>Finds out whether subflows can be tuned.</summary>
    public TuningWorker(DaemonOptions options, WriteGate writes, ILogger<TuningWorker> log)
    {
        _writes = writes;
        if (!options.CongestionTuning)
        {
            _obstacle = () => new TuningRefusedException(
                TuningRefusal.Disabled, "this daemon does not change how subflows send: congestion.tuning is not true in its configuration");
            return;
        }

        try
        {
            _tuner = SubflowTuner.Open();
        }
        catch (TuningUnavailableException unavailable)
        {
            // Neither what a kernel can do nor what this process may do comes to be later.
            log.TuningUnavailable(unavailable.Message);
            _obstacle = () => unavailable.Obstacle == TuningObstacle.Privilege
                ? new TuningRefusedException(TuningRefusal.PrivilegeMissing, unavailable.Message) { Facts = MissingCapabilities }
                : new TuningRefusedException(TuningRefusal.KernelCannot, unavailable.Message);
            return;
        }

        _tune = _tuner.Tune;
        _thread = Start();
    }

    /// <summary>Has something else than this kernel tune.</summary>
    internal TuningWorker(Func<NetworkNamespace, IReadOnlyList<SubflowTuning>, IReadOnlyList<TuningOutcome>> tune, WriteGate writes)
    {
        (_tune, _writes) = (tune, writes);
        _thread = Start();
    }

    /// <summary>Why no subflow can be tuned; null where they can.</summary>
    public TuningRefusedException? Obstacle => _obstacle?.Invoke();

    /// <summary>Tunes a subflow, in its turn. It does not wait, and counts as a write of the caller's until it is done.</summary>
    /// <param name="order">How.</param>
    /// <returns>Fails with <see cref="TuningRefusedException"/>, or what the kernel's failures are.</returns>
    /// <exception cref="TuningRefusedException">No subflow can be tuned.</exception>
    public Task TuneAsync(TuningOrder order)
    {
        if (Obstacle is { } obstacle)
            throw obstacle;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var write = _writes.Enter();
        try
        {
            _orders.Add((order, done));
        }
        catch
        {
            write.Dispose();
            throw;
        }

        return FinishAsync(done.Task, write);
    }

    public void Dispose()
    {
        _orders.CompleteAdding();
        _thread?.Join();
        _orders.Dispose();
        _tuner?.Dispose();
    }

    private static async Task FinishAsync(Task done, IDisposable write)
    {
        using (write)
            await done;
    }

    private Thread Start()
    {
        var thread = new Thread(Run) { Name = "tuner", IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Run()
    {
        while (_orders.TryTake(out var first, Timeout.Infinite))
        {
            List<(TuningOrder Order, TaskCompletionSource Done)> waiting = [first];
            while (_orders.TryTake(out var next))
                waiting.Add(next);
            foreach (var group in waiting.GroupBy(one => one.Order.Served))
                Tune(group.Key, [.. group]);
        }
    }

    private void Tune(HostNamespace served, List<(TuningOrder Order, TaskCompletionSource Done)> orders)
    {
        try
        {
            var found = new List<(TuningOrder Order, TaskCompletionSource Done)>(orders.Count);
            var subflows = new List<SubflowTuning>(orders.Count);
            foreach (var one in orders)
            {
                if (FindCookie(one.Order) is not { } cookie)
                {
                    // Nothing is gone through for what is not there.
                    Tell(one.Order, one.Done, new TuningOutcome.Gone());
                    continue;
                }

                found.Add(one);
                subflows.Add(new SubflowTuning(cookie, one.Order.Settings));
            }

            if (found.Count == 0)
                return;
            var outcomes = _tune!(served.NetworkNamespace, subflows);
            for (var index = 0; index < outcomes.Count; index++)
                Tell(found[index].Order, found[index].Done, outcomes[index]);
        }
        catch (Exception failure)
        {
            // Whoever waits takes it from here.
            foreach (var (_, done) in orders)
                done.TrySetException(failure);
        }
    }

    private static void Tell(TuningOrder order, TaskCompletionSource done, TuningOutcome outcome)
    {
        switch (outcome)
        {
            case TuningOutcome.Done:
                done.SetResult();
                break;
            case TuningOutcome.Refused refused:
                done.SetException(TuningRefusedException.Of(refused, order.Settings));
                break;
            default:
                done.SetException(TuningRefusedException.NotFound(order.Token, order.Subflow.Local, order.Subflow.Remote));
                break;
        }
    }

    /// <summary>The kernel's number for the socket of a subflow; null where there is none.</summary>
    private static ulong? FindCookie(TuningOrder order)
    {
        if (order.Subflow is { Id: var known and not 0 })
            return known;
        // Its event was heard when the socket was gone already, or could not be asked for.
        var ends = order.Subflow.Ends;
        var socket = order.Served.Diagnostics.FindTcpSocket(ends.Local, ends.Remote, ends.InterfaceIndex, SocketExtensions.Subflow);
        return socket?.Subflow?.LocalToken == order.Token ? socket.Cookie : null;
    }
}
