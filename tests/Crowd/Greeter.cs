using System.Net.Sockets;

namespace Mptcp.Crowds;

/// <summary>
/// Accepts connections, sends the first byte of each back, and closes it. A thread for each port does one after the other: that costs
/// the least, where connections come by the thousands and say no more.
/// </summary>
sealed class Greeter
{
    const int Patience = 5_000; // milliseconds

    readonly List<Socket> _listeners;
    volatile bool _stopping;
    volatile Exception? _failure;

    /// <param name="listeners">Where to accept; they belong to it.</param>
    public Greeter(IEnumerable<Socket> listeners) => _listeners = [.. listeners];

    /// <summary>Serves until the input ends, or says so; then it answers "ok", or "failed" where a port was served no longer.</summary>
    public async Task RunAsync(TextReader input, TextWriter output)
    {
        var threads = _listeners.ConvertAll(listener => new Thread(() => Greet(listener)) { IsBackground = true, Name = "greeter" });
        threads.ForEach(thread => thread.Start());
        while (await input.ReadLineAsync() is { } command && command != "end")
            await output.WriteLineAsync($"failed there is no command {command}");
        _stopping = true;
        foreach (var listener in _listeners)
            listener.Dispose();
        threads.ForEach(thread => thread.Join());
        await output.WriteLineAsync(_failure is null ? "ok" : $"failed {_failure.GetType().Name}: {_failure.Message}");
    }

    void Greet(Socket listener)
    {
        try
        {
            while (true)
            {
                using var socket = listener.Accept();
                GreetOne(socket);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            if (!_stopping)
                _failure = failure;
        }
    }

    static void GreetOne(Socket socket)
    {
        Span<byte> greeting = stackalloc byte[1];
        socket.ReceiveTimeout = Patience;
        try
        {
            if (socket.Receive(greeting) > 0)
                socket.Send(greeting);
        }
        catch (SocketException)
        {
            // Its peer aborted it, or says nothing; that is the peer's to tell.
        }
    }
}
