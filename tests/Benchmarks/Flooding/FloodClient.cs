using System.Net.Sockets;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Benchmarks.Flooding;

/// <summary>The program of a <see cref="FloodProcess"/>: it reads from its standard input what to do, and tells how often it did the last thing.</summary>
internal sealed class FloodClient(string address)
{
    /// <summary>What says on the command line that the program is to be this one.</summary>
    public const string Option = "--flood";

    private const int Workers = 4;
    private const int LongMessage = 3 << 20;

    private long _done;

    public async Task RunAsync(TextReader commands, TextWriter output)
    {
        Task working = Task.CompletedTask;
        using var first = new CancellationTokenSource();
        var stop = first;
        while (await commands.ReadLineAsync() is { } line)
        {
            await stop.CancelAsync();
            await working;
            await output.WriteLineAsync(Interlocked.Exchange(ref _done, 0).ToString(System.Globalization.CultureInfo.InvariantCulture));
            await output.FlushAsync();
            stop = new CancellationTokenSource();
            var (kind, token) = (Enum.Parse<FloodKind>(line), stop.Token);
            working = Task.WhenAll(Enumerable.Range(0, kind == FloodKind.None ? 0 : Workers).Select(_ => StartWorker(kind, token)));
        }
    }

    // A thread each, as no pool's size should bound what a hostile client does.
    private Task StartWorker(FloodKind kind, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            while (!stop.IsCancellationRequested)
                Work(kind, stop);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work(FloodKind kind, CancellationToken stop)
    {
        if (kind == FloodKind.Spinning)
        {
            Thread.SpinWait(1_000);
            return;
        }

        if (kind == FloodKind.Messages)
        {
            SendMessages(stop);
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(address["unix:".Length..]));
            // What waits for a daemon that is slow, or that has closed the connection, stops with the flood.
            using var stopping = stop.Register(socket.Dispose);
            switch (kind)
            {
                case FloodKind.Connections:
                    Interlocked.Increment(ref _done);
                    break;
                case FloodKind.Garbage:
                    socket.Send(FloodFrames.Garbage);
                    Interlocked.Increment(ref _done);
                    break;
                default:
                    SendCalls(socket, kind, stop);
                    break;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The daemon has had enough of this connection, or the flood is over.
        }
    }

    private void SendCalls(Socket socket, FloodKind kind, CancellationToken stop)
    {
        var reading = Task.Factory.StartNew(() => Drain(socket), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            socket.Send(FloodFrames.Opening);
            var frames = new FloodFrames(kind);
            while (!stop.IsCancellationRequested && frames.Next() is { } batch)
            {
                for (var sent = 0; sent < batch.Length;)
                    sent += socket.Send(batch.AsSpan(sent));
                Interlocked.Add(ref _done, FloodFrames.CallsPerBatch);
            }
        }
        finally
        {
            socket.Dispose();
            reading.Wait(CancellationToken.None);
        }
    }

    private static void Drain(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The same.
        }
    }

    private void SendMessages(CancellationToken stop)
    {
        using var client = new ControlPlaneClient(address);
        var message = new ExplainConnectionRequest { Namespace = new string('x', LongMessage) };
        try
        {
            while (true)
            {
                try
                {
                    client.Policies.ExplainConnection(message, cancellationToken: stop);
                }
                catch (RpcException refused) when (refused.StatusCode != StatusCode.Cancelled)
                {
                    // There is no such namespace.
                }

                Interlocked.Increment(ref _done);
            }
        }
        catch (RpcException) when (stop.IsCancellationRequested)
        {
            // The flood is over.
        }
    }
}
