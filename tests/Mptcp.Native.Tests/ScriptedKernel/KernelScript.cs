using System.Globalization;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.Netlink.Bytes;

namespace Mptcp.Native.Tests.ScriptedKernel;

/// <summary>
/// A kernel that follows a script: it expects certain requests in a certain order and answers each with certain datagrams.
/// Answers left unread stay in the socket, as they would in a real one.
/// </summary>
internal sealed class KernelScript : INetlinkTransport
{
    private readonly Queue<(byte[]? Request, Delivery[] Answers, Exception? Failure)> _script = [];
    private readonly Queue<Delivery> _socket = [];

    public List<byte[]> Requests { get; } = [];

    /// <summary>How many datagrams wait to be read.</summary>
    public int Unread => _socket.Count;

    public bool IsDisposed { get; private set; }

    /// <summary>A kernel that has been asked for the family <c>mptcp_pm</c> already when the script begins.</summary>
    public static KernelScript WithPathManager()
        => new KernelScript().Expect(FamilyBytes.Get, FamilyBytes.Family, FamilyBytes.End);

    /// <summary>Expects these very bytes.</summary>
    public KernelScript Expect(byte[] request, params Delivery[] answers)
    {
        _script.Enqueue((request, answers, null));
        return this;
    }

    /// <summary>Expects any request.</summary>
    public KernelScript ExpectAny(params Delivery[] answers)
    {
        _script.Enqueue((null, answers, null));
        return this;
    }

    /// <summary>Fails to take a request.</summary>
    public KernelScript Fail(Exception failure)
    {
        _script.Enqueue((null, [], failure));
        return this;
    }

    /// <summary>Plays the whole script with a path manager.</summary>
    public void Run(Action<PathManager> play, Action<RequestOutcome>? observer = null)
        => Run(manager =>
        {
            play(manager);
            return true;
        }, observer);

    /// <inheritdoc cref="Run(Action{PathManager}, Action{RequestOutcome}?)"/>
    public T Run<T>(Func<PathManager, T> play, Action<RequestOutcome>? observer = null)
    {
        using var manager = new PathManager(this, observer);
        var result = play(manager);
        AssertFinished();
        return result;
    }

    public void AssertFinished() => Assert.True(_script.Count == 0, $"{_script.Count} more requests were expected");

    public void Send(ReadOnlySpan<byte> message)
    {
        var request = message.ToArray();
        Requests.Add(request);
        Assert.True(_script.TryDequeue(out var exchange), $"no more requests were expected, but this came:\n{Dump(request)}");
        if (exchange.Failure is not null)
            throw exchange.Failure;
        if (exchange.Request is not null)
            Assert.Equal(Dump(exchange.Request), Dump(request));
        foreach (var answer in exchange.Answers)
            _socket.Enqueue(answer);
    }

    public int Receive(Span<byte> buffer, out uint sender)
    {
        Assert.True(_socket.TryDequeue(out var delivery), "the script has no more answers, but one was waited for");
        if (delivery.Failure is not null)
            throw delivery.Failure;
        sender = delivery.Sender;
        delivery.Datagram.AsSpan(0, Math.Min(delivery.Datagram.Length, buffer.Length)).CopyTo(buffer);
        return delivery.Datagram.Length;
    }

    public void Dispose() => IsDisposed = true;

    /// <summary>Four bytes a line, so that a difference shows which field it is in.</summary>
    private static string Dump(byte[] message) => string.Join('\n', message.Chunk(4).Select((bytes, line)
        => $"{(line * 4).ToString(CultureInfo.InvariantCulture),3}: {Convert.ToHexString(bytes)}"));
}
