using Google.Protobuf;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>The events that are to go out together, encoded and without what the watcher does not want of them.</summary>
/// <param name="most">How many there may be.</param>
/// <param name="mask">What the watcher wants of each; null for everything.</param>
internal sealed class WatchBatch(int most, EventMask? mask)
{
    // Clients refuse messages of more than 4 MiB unless they are told otherwise.
    private const int MostBytes = 1024 * 1024;

    private List<byte[]> _events = [];
    private int _bytes;

    public bool IsEmpty => _events.Count == 0;

    public bool IsFull => _events.Count >= most || _bytes >= MostBytes;

    /// <summary>Adds an entry of the log, which is encoded once for all watchers.</summary>
    public void Add(StateEvent told) => Add(told.Encoded ??= EventMapping.ToProto(told).ToByteArray());

    /// <summary>Adds what is told to this watcher alone.</summary>
    public void Add(Event told) => Add(told.ToByteArray());

    /// <summary>Makes a message of the events, and begins anew.</summary>
    public WatchMessage Take(string resumeToken)
    {
        var message = new WatchMessage(_events, resumeToken);
        // A watcher that waits keeps nothing.
        (_events, _bytes) = ([], 0);
        return message;
    }

    private void Add(byte[] encoded)
    {
        if (mask is not null)
            encoded = mask.Apply(encoded);
        _events.Add(encoded);
        _bytes += WatchMessage.LengthOf(encoded);
    }
}
