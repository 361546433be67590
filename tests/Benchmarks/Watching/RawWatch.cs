using Google.Protobuf;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Benchmarks.Watching;

/// <summary>
/// A watcher that takes the messages as they come and does nothing with the events but to count them, so that what is measured is
/// the daemon and the way from it.
/// </summary>
internal static class RawWatch
{
    private static readonly Method<WatchRequest, RawMessage> Watch = new(
        MethodType.ServerStreaming,
        EventService.Descriptor.FullName,
        EventService.Descriptor.FindMethodByName("Watch").Name,
        Marshallers.Create<WatchRequest>(MessageExtensions.ToByteArray, WatchRequest.Parser.ParseFrom),
        Marshallers.Create<RawMessage>(static _ => throw new NotSupportedException("nobody sends these"), Count));

    public static AsyncServerStreamingCall<RawMessage> Start(ControlPlaneClient client, WatchRequest request, CancellationToken cancellation)
        => client.Invoker.AsyncServerStreamingCall(Watch, host: null, new CallOptions(cancellationToken: cancellation), request);

    private static RawMessage Count(byte[] message)
    {
        var outer = new CodedInputStream(message);
        if (WireFormat.GetTagFieldNumber(outer.ReadTag()) != WatchResponse.EventsFieldNumber)
            return new RawMessage(0, WatchResponse.Parser.ParseFrom(message));
        outer.ReadLength();
        var events = 0;
        while (outer.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == EventBatch.EventsFieldNumber)
                events++;
            outer.SkipLastField();
        }

        return new RawMessage(events, null);
    }
}

/// <summary>A message of a watch.</summary>
/// <param name="Events">How many events it has.</param>
/// <param name="Other">The message, where it is none of events.</param>
internal sealed record RawMessage(int Events, WatchResponse? Other);
