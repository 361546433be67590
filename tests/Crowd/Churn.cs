using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Crowds;

/// <summary>Connections that come at a rate and go after random times, on threads of their own.</summary>
sealed class Churn
{
    // Each waits for the kernel while it connects.
    const int MostPerThread = 2_000;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    readonly int _rate;
    readonly TimeSpan _lifetime;
    readonly int _abortedPercent;
    readonly IPEndPoint[] _targets;
    readonly PriorityQueue<Socket, long> _open = new();
    readonly Random _random = new();
    readonly Thread _thread;
    volatile bool _stopping;
    Exception? _failure;
    long _opened;

    Churn(int rate, TimeSpan lifetime, int abortedPercent, IPEndPoint[] targets)
    {
        (_rate, _lifetime, _abortedPercent, _targets) = (rate, lifetime, abortedPercent, targets);
        _thread = new Thread(Run) { IsBackground = true, Name = "churn" };
    }

    /// <summary>Starts as many threads as the rate needs.</summary>
    /// <param name="rate">How many connections come per second.</param>
    /// <param name="lifetime">How long they last in the mean.</param>
    /// <param name="abortedPercent">How many of a hundred are reset, not closed.</param>
    /// <param name="targets">Where they go, one after the other.</param>
    public static Churn[] Start(int rate, TimeSpan lifetime, int abortedPercent, IPEndPoint[] targets)
    {
        var count = 1 + (rate / MostPerThread);
        var churns = Enumerable.Range(0, count)
            .Select(thread => new Churn((rate * (thread + 1) / count) - (rate * thread / count), lifetime, abortedPercent, targets))
            .ToArray();
        foreach (var churn in churns)
            churn._thread.Start();
        return churns;
    }

    /// <summary>Closes what is open.</summary>
    /// <returns>How many there have been.</returns>
    /// <exception cref="InvalidOperationException">One could not be made, or broke.</exception>
    public static long Stop(Churn[] churns)
    {
        foreach (var churn in churns)
            churn._stopping = true;
        foreach (var churn in churns)
            churn._thread.Join();
        return churns.FirstOrDefault(churn => churn._failure is not null) is { _failure: { } failure }
            ? throw new InvalidOperationException($"the churn ended: {failure.Message}", failure)
            : churns.Sum(churn => churn._opened);
    }

    void Run()
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            while (!_stopping)
            {
                Thread.Sleep(Pace);
                var due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * _rate);
                while (_opened < due && !_stopping)
                {
                    var socket = Connections.Open(_targets[_opened++ % _targets.Length], greet: true);
                    _open.Enqueue(socket, Stopwatch.GetTimestamp() + Lifetime());
                }

                CloseUntil(Stopwatch.GetTimestamp());
            }

            CloseUntil(long.MaxValue);
        }
        catch (Exception failure) when (failure is SocketException or IOException or System.ComponentModel.Win32Exception)
        {
            _failure = failure;
        }
    }

    void CloseUntil(long moment)
    {
        while (_open.TryPeek(out _, out var end) && end <= moment)
        {
            var socket = _open.Dequeue();
            // What is closed with bytes unread is reset.
            Connections.AwaitGreeting(socket);
            Connections.Close(socket, abort: _random.Next(100) < _abortedPercent);
        }
    }

    long Lifetime() => (long)(_random.NextDouble() * 2 * _lifetime.TotalSeconds * Stopwatch.Frequency);
}
