using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Fuzzing.Engine;
using Mptcp.Fuzzing.Harnesses.Netlink;
using Mptcp.Native.Tests.PathManagement.Bytes;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>What becomes of connections when events tell of them in any order, contradict each other, or say half of what they should.</summary>
internal sealed class ConnectionTableHarness() : Harness("connection-table")
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        CapturedMessages.Input(CapturedMessages.Of(
            typeof(ConnectionEvents), typeof(EstablishedEvents), typeof(AddressEvents), typeof(SubflowEvents), typeof(SubflowClosedEvents),
            typeof(ListenerEvents))),
        .. new[] { typeof(AddressEvents), typeof(SubflowEvents), typeof(SubflowClosedEvents) }
            .Select(file => CapturedMessages.Input(CapturedMessages.Of(typeof(ConnectionEvents), typeof(EstablishedEvents), file))),
    ];

    public override IReadOnlyList<byte[]> Words { get; } =
        [.. CapturedMessages.Of(typeof(ConnectionEvents), typeof(SubflowEvents)).Select(datagram => CapturedMessages.Input(datagram))];

    public override void Take(byte[] input)
    {
        var events = new List<StateEvent>();
        var table = new ConnectionTable("self", new NoSockets(), events.Add);
        var rest = new ReadOnlySpan<byte>(input);
        var now = Start;
        while (CapturedMessages.TryTake(ref rest, out var datagram))
        {
            foreach (var told in PathManagerEventHarness.Decode(datagram))
                table.Apply(told, now = now.AddSeconds(1));
        }

        foreach (var (token, connection) in table.All)
        {
            BrokenPromiseException.Unless(connection.Token == token, "a connection is found by its token");
            BrokenPromiseException.Unless(
                connection.Subflows.Select(subflow => subflow.Ends).Distinct().Count() == connection.Subflows.Length,
                "no two subflows of a connection have the same ends");
            BrokenPromiseException.Unless(connection.State != ConnectionState.Closed, "what is closed is not listed");
        }
    }

    /// <summary>A kernel whose sockets cannot be asked for.</summary>
    private sealed class NoSockets : IKernelSockets
    {
        public LookAnswer Look(uint token, IEnumerable<SubflowEnds> subflows, bool whole = false, bool isTold = false) => default;

        public SeenSubflow? Find(SubflowEnds subflow) => null;

        public SubflowSample? Sample(Subflow subflow, DateTimeOffset now) => null;
    }
}
