using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// .NET starts its service threads (socket events, signals, timers) when they are first needed, from the thread that needs them, and a
/// thread inherits its creator's network namespace. Starting them beforehand keeps them, and so the life of a namespace, out of the lab.
/// </summary>
static class RuntimeThreads
{
    public static async Task StartAsync(CancellationToken cancellationToken)
    {
        // Signals: the first process that is started.
        using (var process = Process.Start(new ProcessStartInfo("true")) ?? throw new UnreachableException())
            await process.WaitForExitAsync(cancellationToken);

        // Socket events: the first operation that cannot complete at once. Nothing is sent before the reading has begun.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var received = socket.ReceiveAsync(new byte[1], cancellationToken);
        await socket.SendToAsync(new byte[1], socket.LocalEndPoint!, cancellationToken);
        await received;

        // Timers: the first one with an end.
        using var timer = new CancellationTokenSource(TimeSpan.FromDays(1));
    }
}
