using System.Collections.Concurrent;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>
/// Tells the service manager what to keep, in order, by a thread of its own: a manager that is slow makes nobody else wait. A message
/// that cannot be sent is tried again before any after it is. Any thread may use it.
/// </summary>
internal sealed class StoreMessages : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // No new message is begun later than this after the daemon has come to its end.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private readonly BlockingCollection<StoreMessage> _messages = [];
    private readonly ManualResetEventSlim _ending = new();
    private readonly Supervisor _supervisor;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private long _endBegan;
    private bool _gaveUp;

    /// <summary>Begins to send.</summary>
    public StoreMessages(Supervisor supervisor, TimeProvider time)
    {
        (_supervisor, _time) = (supervisor, time);
        _thread = new Thread(Run) { Name = "descriptor store", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Has a message sent after all that were added before.</summary>
    /// <exception cref="InvalidOperationException">It has been disposed of.</exception>
    public void Add(StoreMessage message) => _messages.Add(message);

    /// <summary>Sends what is left, as far as the manager takes it at once, and ends.</summary>
    public void Dispose()
    {
        _endBegan = _time.GetTimestamp();
        _ending.Set();
        _messages.CompleteAdding();
        // It ends within the longest end, and the time that one message takes at most.
        _thread.Join();
        _ending.Dispose();
        _messages.Dispose();
    }

    private void Run()
    {
        foreach (var message in _messages.GetConsumingEnumerable())
        {
            using (message.Descriptor)
            {
                if (TrySend(message))
                    message.Sent?.Invoke();
            }
        }
    }

    private bool TrySend(StoreMessage message)
    {
        var pause = ShortestPause;
        while (!_gaveUp)
        {
            var isLast = _ending.IsSet;
            if (isLast && _time.GetElapsedTime(_endBegan) > LongestEnd)
                break;
            if (message.Lines.Length == 0 || _supervisor.TryTell(message.Descriptor, message.Lines))
                return true;
            if (isLast)
                break;
            _ending.Wait(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        _gaveUp = true;
        return false;
    }
}
