using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mptcp.Crowds;

/// <summary>Makes connections and holds them, as commands tell.</summary>
sealed class Connector
{
    readonly List<Socket> _held = [];
    readonly Lock _using = new();
    long _echoes;
    Churn[] _churns = [];
    Flow? _flow;

    /// <summary>Does what each line of the input says, and answers with "ok" or "failed", until the input ends or says so.</summary>
    public async Task RunAsync(TextReader input, TextWriter output)
    {
        while (await input.ReadLineAsync() is { } command && command != "end")
        {
            try
            {
                await output.WriteLineAsync(("ok " + Execute(command.Split(' '), output)).TrimEnd());
            }
            catch (Exception failure)
            {
                // Whoever commands decides what to make of it.
                await output.WriteLineAsync($"failed {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
            }
        }

        Calm();
        _flow?.Stop();
        foreach (var socket in _held)
            socket.Dispose();
        await output.WriteLineAsync("ok");
    }

    string Execute(string[] command, TextWriter output)
    {
        switch (command)
        {
            case ["open", var count, .. var targets]:
                Open(Number(count), [.. targets.Select(IPEndPoint.Parse)], greet: true);
                return "";
            case ["knock", var count, .. var targets]:
                Open(Number(count), [.. targets.Select(IPEndPoint.Parse)], greet: false);
                return "";
            case ["close", var count, var how]:
                Close(Number(count), abort: how == "abort");
                return "";
            case ["list"]:
                foreach (var socket in _held)
                    output.WriteLine("- " + MptcpSockets.Describe(socket));
                return "";
            case ["check"]:
                return Check(output).ToString(CultureInfo.InvariantCulture);
            case ["churn", var rate, var lifetime, var aborted, .. var targets]:
                Calm();
                _churns = Churn.Start(Number(rate), TimeSpan.FromMilliseconds(Number(lifetime)), Number(aborted), [.. targets.Select(IPEndPoint.Parse)]);
                return "";
            case ["calm"]:
                return Calm().ToString(CultureInfo.InvariantCulture);
            case ["flow", var count]:
                _flow?.Stop();
                _flow = new Flow([.. _held.Take(Number(count))], _using);
                return "";
            default:
                throw new ArgumentException($"there is no command {string.Join(' ', command)}", nameof(command));
        }
    }

    long Calm()
    {
        var churns = _churns;
        _churns = [];
        return Churn.Stop(churns);
    }

    void Open(int count, IPEndPoint[] targets, bool greet)
    {
        for (var i = 0; i < count; i++)
            _held.Add(Connections.Open(targets[i % targets.Length], greet));
        if (!greet)
            return;
        foreach (var socket in _held.Skip(_held.Count - count))
            Connections.AwaitGreeting(socket);
    }

    void Close(int count, bool abort)
    {
        if (count > _held.Count)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"only {_held.Count} are held");
        foreach (var socket in _held.TakeLast(count))
            Connections.Close(socket, abort);
        _held.RemoveRange(_held.Count - count, count);
    }

    /// <summary>Sends something else through every connection, and awaits it back.</summary>
    /// <returns>How many are alive; of each other one a line says why.</returns>
    int Check(TextWriter output)
    {
        lock (_using)
        {
            var first = ++_echoes << 32;
            var alive = 0;
            var sent = new SocketException?[_held.Count];
            Span<byte> bytes = stackalloc byte[8];
            for (var i = 0; i < _held.Count; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, first + i);
                try
                {
                    _held[i].Send(bytes);
                }
                catch (SocketException broken)
                {
                    sent[i] = broken;
                }
            }

            for (var i = 0; i < _held.Count; i++)
            {
                try
                {
                    if (sent[i] is { } broken)
                        throw broken;
                    Connections.ReceiveExactly(_held[i], bytes);
                    var received = BinaryPrimitives.ReadInt64LittleEndian(bytes);
                    if (received != first + i)
                        throw new InvalidDataException($"{received:x} came back for {first + i:x}");
                    alive++;
                }
                catch (Exception dropped) when (dropped is SocketException or IOException or InvalidDataException)
                {
                    output.WriteLine($"- {_held[i].LocalEndPoint} {_held[i].RemoteEndPoint} {dropped.Message}");
                }
            }

            return alive;
        }
    }

    static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
