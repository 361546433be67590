using System.Net.Sockets;

namespace Mptcp.Crowds;

/// <summary>Data that goes through connections and back, one after the other, on a thread of its own.</summary>
sealed class Flow
{
    const int Length = 1024;

    readonly IReadOnlyList<Socket> _connections;
    readonly Lock _using;
    readonly Thread _thread;
    volatile bool _stopping;
    Exception? _failure;

    /// <param name="connections">The connections.</param>
    /// <param name="use">Held while one is in use.</param>
    public Flow(IReadOnlyList<Socket> connections, Lock use)
    {
        (_connections, _using) = (connections, use);
        _thread = new Thread(Run) { IsBackground = true, Name = "flow" };
        _thread.Start();
    }

    /// <exception cref="InvalidOperationException">A connection broke.</exception>
    public void Stop()
    {
        _stopping = true;
        _thread.Join();
        if (_failure is not null)
            throw new InvalidOperationException($"the flow ended: {_failure.Message}", _failure);
    }

    void Run()
    {
        var bytes = new byte[Length];
        try
        {
            for (var next = 0; !_stopping && _connections.Count > 0; next = (next + 1) % _connections.Count)
            {
                lock (_using)
                {
                    for (var sent = 0; sent < Length;)
                        sent += _connections[next].Send(bytes, sent, Length - sent, SocketFlags.None);
                    Connections.ReceiveExactly(_connections[next], bytes);
                }
            }
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            _failure = failure;
        }
    }
}
