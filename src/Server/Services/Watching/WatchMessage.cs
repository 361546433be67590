using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>
/// One message of a watch as it goes out: a <see cref="WatchResponse"/>, or a batch of events that are encoded already, which
/// the watchers share. To callers it is the same.
/// </summary>
internal sealed class WatchMessage
{
    private readonly WatchResponse? _response;
    private readonly IReadOnlyList<byte[]> _events = [];
    private readonly byte[] _resumeToken = [];
    private readonly int _batchLength;

    /// <summary>Makes a message that is no batch.</summary>
    public WatchMessage(WatchResponse response) => _response = response;

    /// <summary>Makes a batch.</summary>
    /// <param name="events">Events, encoded. The list may change once the message has been written.</param>
    /// <param name="resumeToken">Where to go on after them; empty for nowhere.</param>
    public WatchMessage(IReadOnlyList<byte[]> events, string resumeToken)
    {
        _events = events;
        _resumeToken = System.Text.Encoding.ASCII.GetBytes(resumeToken);
        foreach (var one in events)
            _batchLength += LengthOf(one);
        if (_resumeToken.Length > 0)
            _batchLength += LengthOf(_resumeToken);
    }

    /// <summary>Writes and reads messages for gRPC.</summary>
    public static Marshaller<WatchMessage> Marshaller { get; } = Marshallers.Create<WatchMessage>(
        static (message, context) =>
        {
            context.SetPayloadLength(message.Length);
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        static context => new WatchMessage(WatchResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    private int Length => _response?.CalculateSize() ?? TagLength + CodedOutputStream.ComputeLengthSize(_batchLength) + _batchLength;

    /// <summary>Writes what <see cref="WatchResponse"/> would.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        if (_response is not null)
        {
            _response.WriteTo(output);
            return;
        }

        WriteHead(output, WatchResponse.EventsFieldNumber, _batchLength);
        foreach (var one in _events)
        {
            WriteHead(output, EventBatch.EventsFieldNumber, one.Length);
            output.Write(one);
        }

        if (_resumeToken.Length == 0)
            return;
        WriteHead(output, EventBatch.ResumeTokenFieldNumber, _resumeToken.Length);
        output.Write(_resumeToken);
    }

    /// <summary>How many bytes a value takes in a batch.</summary>
    public static int LengthOf(byte[] value) => TagLength + CodedOutputStream.ComputeLengthSize(value.Length) + value.Length;

    // The numbers of all these fields are below 16.
    private const int TagLength = 1;

    private static void WriteHead(IBufferWriter<byte> output, int field, int length)
    {
        var head = output.GetSpan(TagLength + Varint.Longest);
        head[0] = (byte)WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);
        output.Advance(TagLength + Varint.Write((uint)length, head[TagLength..]));
    }
}
