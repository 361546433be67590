using System.Diagnostics;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Processes;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>
/// Looks at the kernel's sockets now and then, on a thread of its own, for what no event tells: fallbacks, connections that
/// ended unheard, whose they are, what subflows carry. It changes nothing: the kernel loop looks again at what seems wrong.
/// </summary>
internal sealed class Surveyor : IDisposable
{
    // The share of the time that surveys may take, as a divisor; but what a busy machine made one take shall not put off the next.
    private const int Share = 20;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly KernelLoop _loop;
    private readonly KernelRequestObserver _observer;
    private readonly ILogger<Surveyor> _log;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly OwnerFinder _owners;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    public Surveyor(KernelLoop loop, DaemonOptions options, KernelRequestObserver observer, ILogger<Surveyor> log, TimeProvider time)
    {
        (_loop, _observer, _log, _time) = (loop, observer, log, time);
        _interval = options.SurveyInterval;
        _owners = new OwnerFinder(new Cgroups(time));
        _thread = new Thread(Run) { Name = "surveyor", IsBackground = true };
    }

    /// <summary>Ends when the thread has, with the exception that ended it where one did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins. The kernel loop must have started.</summary>
    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stop.Cancel();
        if (_thread.IsAlive)
            _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            TakeAll();
            _ended.SetResult();
        }
        catch (Exception exception)
        {
            // Fallbacks and vanished connections would be missed from here on; whoever awaits the end stops the daemon.
            _ended.SetException(exception);
        }
    }

    private void TakeAll()
    {
        var surveys = new Dictionary<NamespaceLoop, NamespaceSurvey>();
        var compaction = new Compaction();
        var took = TimeSpan.Zero;
        while (!_loop.Ended.IsCompleted && !Pause(took, compaction))
        {
            var began = Stopwatch.GetTimestamp();
            foreach (var loop in _loop.Namespaces.Where(loop => loop.Served.CanFindConnections))
                Take(loop, surveys);
            foreach (var gone in surveys.Keys.Where(loop => loop.IsGone).ToList())
            {
                surveys.Remove(gone, out var survey);
                survey!.Dispose();
            }

            took = Stopwatch.GetElapsedTime(began);
        }

        foreach (var survey in surveys.Values)
            survey.Dispose();
    }

    private void Take(NamespaceLoop loop, Dictionary<NamespaceLoop, NamespaceSurvey> surveys)
    {
        try
        {
            if (!surveys.TryGetValue(loop, out var survey))
                surveys[loop] = survey = new NamespaceSurvey(_loop, loop, _owners, _observer.Observe, _time);
            survey.Take(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The daemon is stopping.
        }
        catch (Exception) when (loop.IsGone)
        {
            // It went while it was looked at.
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure)
            || failure is SystemCallException or IOException or UnauthorizedAccessException)
        {
            _log.SurveyFailed(loop.Served.Name, failure.Message);
        }
    }

    /// <summary>Waits until the next survey is due, and looks every now and then whether it is a quiet time.</summary>
    /// <returns>True when the daemon stops.</returns>
    private bool Pause(TimeSpan took, Compaction compaction)
    {
        var left = took * (Share - 1);
        left = left < LongestPause ? left : LongestPause;
        do
        {
            if (_stop.Token.WaitHandle.WaitOne(_interval))
                return true;
            compaction.Consider(_loop.Log.Last);
            left -= _interval;
        }
        while (left > TimeSpan.Zero);
        return false;
    }
}
