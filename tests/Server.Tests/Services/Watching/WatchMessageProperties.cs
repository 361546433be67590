using System.Buffers;
using CsCheck;
using Google.Protobuf;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Watching;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

/// <summary>What goes out is byte for byte what the generated code would have sent, and as long as it was announced.</summary>
public class WatchMessageProperties
{
    [Fact]
    public void A_batch_of_encoded_events_is_the_response_that_holds_them()
        => Gen.Select(AnyMessage.Event.Array[1, 8], TextOf(Gen.Int[0, 400])).Sample(
            (events, token) => AssertSent(events, token), iter: 500);

    [Theory]
    [InlineData(127)]
    [InlineData(16_383)]
    [InlineData(2_097_151)]
    public void Lengths_on_both_sides_of_a_step_of_their_encoding_are_right(int step)
    {
        // What stands before the text differs, so that the event, the batch and the whole each pass the step.
        for (var length = step - 20; length <= step + 3; length++)
            AssertSent([new Event { Namespace = new string('x', length) }], "token");
    }

    [Fact]
    public void Messages_that_are_no_batch_go_out_as_they_are()
    {
        var response = new WatchResponse { Bookmark = new Bookmark { Sequence = 300, ResumeToken = "token" } };
        AssertSent(response, new WatchMessage(response));
    }

    private static Gen<string> TextOf(Gen<int> length) => length.Select(one => new string('t', one));

    private static void AssertSent(Event[] events, string token)
    {
        var expected = new WatchResponse { Events = new EventBatch { Events = { events }, ResumeToken = token } };
        AssertSent(expected, new WatchMessage([.. events.Select(told => told.ToByteArray())], token));
    }

    private static void AssertSent(WatchResponse expected, WatchMessage message)
    {
        var context = new Context();
        WatchMessage.Marshaller.ContextualSerializer(message, context);
        Assert.True(context.IsComplete);
        Assert.Equal(expected.ToByteArray(), context.Written);
        Assert.Equal(context.Written.Length, context.Announced);
    }

    private sealed class Context : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _writer = new();

        public int? Announced { get; private set; }

        public bool IsComplete { get; private set; }

        public byte[] Written => _writer.WrittenSpan.ToArray();

        public override void SetPayloadLength(int payloadLength) => Announced = payloadLength;

        public override IBufferWriter<byte> GetBufferWriter() => _writer;

        public override void Complete() => IsComplete = true;
    }
}
