using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// Writes to a session in the order in which things are said, one at a time as gRPC wants it: who comes while nothing is written does
/// it there and then, and the others leave theirs to him.
/// </summary>
sealed class SessionWriter(IClientStreamWriter<ControlRequest> stream)
{
    // What more is to come goes out with it, in one write to the socket.
    static readonly WriteOptions WithMore = new(WriteFlags.BufferHint);

    readonly Lock _gate = new();
    readonly Queue<ControlRequest> _messages = [];
    Task _writing = Task.CompletedTask;
    bool _isWriting;
    bool _isEnding;
    bool _isOver;

    /// <summary>Writes a message.</summary>
    public void Write(ControlRequest message)
    {
        Enqueue(message);
        Flush();
    }

    /// <summary>Takes a message, which <see cref="Flush"/> then writes: for callers that hold a lock, and write without it.</summary>
    public void Enqueue(ControlRequest message)
    {
        lock (_gate)
        {
            if (!_isEnding && !_isOver)
                _messages.Enqueue(message);
        }
    }

    /// <summary>Writes what was taken, unless somebody does so already.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isWriting || _isOver)
                return;
            _isWriting = true;
        }

        var writing = WriteAllAsync();
        if (!writing.IsCompleted)
            _writing = writing;
    }

    /// <summary>Ends this side of the stream after what was taken.</summary>
    public void Complete()
    {
        lock (_gate)
            _isEnding = true;
        Flush();
    }

    /// <summary>Waits until nothing is written any more, of a call that has ended.</summary>
    public async Task EndAsync()
    {
        lock (_gate)
            _isOver = true;
        await _writing;
    }

    async Task WriteAllAsync()
    {
        try
        {
            while (Next(out var message, out var hasMore))
            {
                stream.WriteOptions = hasMore ? WithMore : null;
                await (message is null ? stream.CompleteAsync() : stream.WriteAsync(message));
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // The call has ended, and whoever reads it hears why. Nothing more is written.
            lock (_gate)
            {
                _isOver = true;
                _messages.Clear();
            }
        }
    }

    // The next message, null for the end of this side; false when there is nothing to do.
    bool Next(out ControlRequest? message, out bool hasMore)
    {
        lock (_gate)
        {
            hasMore = _messages.Count > 1;
            if (_messages.TryDequeue(out message))
                return true;
            _isWriting = false;
            if (!_isEnding || _isOver)
                return false;
            _isOver = true;
            return true;
        }
    }
}
