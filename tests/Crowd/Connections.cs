using System.Net;
using System.Net.Sockets;

namespace Mptcp.Crowds;

/// <summary>What is done with one connection, all of it waiting for the kernel.</summary>
static class Connections
{
    const int Patience = 5_000; // milliseconds

    static readonly byte[] Greeting = [1];

    /// <summary>Connects, and sends the first byte where there is somebody to answer it.</summary>
    public static Socket Open(IPEndPoint target, bool greet)
    {
        var socket = MptcpSockets.Open(target.AddressFamily);
        try
        {
            socket.Connect(target);
            if (greet)
                socket.Send(Greeting);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Awaits the first byte back: then both ends are established.</summary>
    public static void AwaitGreeting(Socket socket)
    {
        socket.ReceiveTimeout = Patience;
        ReceiveExactly(socket, stackalloc byte[1]);
    }

    public static void ReceiveExactly(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = socket.Receive(bytes);
            if (count == 0)
                throw new EndOfStreamException("the other end has closed it");
            bytes = bytes[count..];
        }
    }

    /// <summary>Closes a connection that has nothing unread, or resets it.</summary>
    public static void Close(Socket socket, bool abort)
    {
        if (abort)
            socket.Close(timeout: 0);
        else
            socket.Dispose();
    }
}
