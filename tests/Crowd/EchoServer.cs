using System.Net.Sockets;

namespace Mptcp.Crowds;

/// <summary>Accepts connections and sends back what each sends, until that ends.</summary>
sealed class EchoServer
{
    readonly List<Socket> _listeners;
    readonly HashSet<Socket> _held = [];
    readonly bool _accepts;

    /// <param name="ports">At how many ports to listen.</param>
    /// <param name="multipath">Whether to speak Multipath TCP, or plain TCP.</param>
    /// <param name="accepts">Whether to accept, or to leave every connection waiting.</param>
    public EchoServer(int ports, bool multipath, bool accepts)
    {
        _accepts = accepts;
        _listeners = Listeners.Open(ports, multipath);
    }

    /// <summary>Where it listens.</summary>
    public IEnumerable<int> Ports => Listeners.PortsOf(_listeners);

    /// <summary>Serves until one command or the end of the input ends it.</summary>
    public async Task RunAsync(TextReader input, TextWriter output)
    {
        var accepting = _accepts ? _listeners.ConvertAll(AcceptAsync) : [];
        while (await input.ReadLineAsync() is { } command && command != "end")
        {
            if (command == "list")
            {
                foreach (var line in DescribeHeld())
                    await output.WriteLineAsync("- " + line);
            }

            await output.WriteLineAsync(command is "list" ? "ok" : $"failed there is no command {command}");
        }

        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(accepting);
        foreach (var socket in Held())
            socket.Dispose();
        await output.WriteLineAsync("ok");
    }

    async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
                _ = EchoAsync(await listener.AcceptAsync()); // owned by the socket, which it disposes of
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted)
        {
            // Disposed.
        }
    }

    async Task EchoAsync(Socket socket)
    {
        lock (_held)
            _held.Add(socket);
        try
        {
            var buffer = new byte[256];
            while (await socket.ReceiveAsync(buffer) is var count and > 0)
            {
                for (var sent = 0; sent < count;)
                    sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (SocketException)
        {
            // Its peer aborted it, which is the peer's to tell.
        }
        catch (ObjectDisposedException)
        {
            // The server ends.
        }

        lock (_held)
            _held.Remove(socket);
        socket.Dispose();
    }

    string[] DescribeHeld()
    {
        lock (_held) // What is held is not disposed of.
            return [.. _held.Select(MptcpSockets.Describe)];
    }

    Socket[] Held()
    {
        lock (_held)
            return [.. _held];
    }
}
