using System.Buffers.Binary;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.ControlPlane.Server.Tests.Kernel.Nonsense;

/// <summary>What no kernel says.</summary>
internal static class KernelNonsense
{
    /// <summary>The type of messages of the family mptcp_pm, whose number nobody looks at; and of those that tell of links.</summary>
    public const ushort Family = 28, NewLink = 16;

    /// <summary>The token of the connection that the last of <see cref="Untrue"/> is about.</summary>
    public const uint Last = 0xfeedface;

    private const ushort Error = 2, OfNobody = 0x7777;
    private const byte ConnectionCreated = 1, ConnectionEstablished = 2, ConnectionClosed = 3, SubflowEstablished = 10, SubflowClosed = 11, OfNoMeaning = 200;

    /// <summary>Answers to a request, by what is wrong with them.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], byte[][]>> Answers { get; } = new Dictionary<string, Func<byte[], byte[][]>>
    {
        ["nothing at all"] = _ => [],
        ["an empty datagram, and then nothing"] = _ => [[]],
        ["half a header"] = request => [Acknowledge(SequenceOf(request))[..10]],
        ["half a message"] = request => [AnsweredEndpoint(SequenceOf(request), 1)[..30]],
        ["a length of 4 GB"] = request => [[0xff, 0xff, 0xff, 0xff, .. Acknowledge(SequenceOf(request))[4..]]],
        ["zeros"] = _ => [new byte[64]],
        ["the answer to another question"] = request => [Acknowledge(SequenceOf(request) + 7)],
        ["a message of another kind"] = request => [Message(OfNobody, Multi, SequenceOf(request), new byte[72]), EndList(SequenceOf(request))],
        ["an error that there is none of"] = request => [Refuse(SequenceOf(request), 99_999, "never heard of")],
        ["an error that cannot be"] = request => [Message(Error, 0, SequenceOf(request), Number(int.MinValue), new byte[16])],
        ["that it is done, without having answered"] = request => [Acknowledge(SequenceOf(request))],
        ["two answers"] = request => [AnsweredEndpoint(SequenceOf(request), 1), AnsweredEndpoint(SequenceOf(request), 1), Acknowledge(SequenceOf(request))],
        ["attributes that are longer than their message"] = request =>
            [Message(Family, Multi, SequenceOf(request), GenericHeader(3), [0xf0, 0xff, 0x01, 0x80, .. new byte[76]]), EndList(SequenceOf(request))],
        ["that the list has changed, each time"] = request => [EndList(SequenceOf(request), flags: DumpInterrupted)],
        ["anything"] = request => [.. Enumerable.Range(0, 8).Select(number => Anything(request, number)), EndList(SequenceOf(request))],
    };

    /// <summary>Datagrams that are heard and tell nothing that can be read.</summary>
    /// <param name="type">The type of messages that are heard there.</param>
    public static IReadOnlyList<byte[]> Unreadable(ushort type) =>
    [
        [1],
        new byte[40],
        Message(type, 0, 0, GenericHeader(ConnectionCreated), Attribute(1, [1, 2]))[..^3],
        Message(type, 0, 0, GenericHeader(ConnectionCreated), [0xff, 0xff, 0x01, 0x00]),
        Message(type, 0, 0, [1]),
        new byte[12_000],
    ];

    /// <summary>Events that can be read, and contradict what is.</summary>
    public static IReadOnlyList<byte[]> Untrue { get; } =
    [
        Event(ConnectionClosed, token: 0xdeadbeef),
        Event(ConnectionEstablished, token: 0xdeadbeef),
        Event(SubflowEstablished, token: 0xdeadbeef, Attribute(5, [198, 18, 0, 1])),
        Event(SubflowClosed, token: 0xdeadbeef, Attribute(12, [255])),
        Event(SubflowClosed, token: 0),
        Event(OfNoMeaning, token: 1),
        Message(Family, 0, 0, GenericHeader(SubflowEstablished)),
        Event(ConnectionClosed, token: 0xdeadbeef),
        Event(ConnectionClosed, token: Last),
    ];

    private static byte[] Event(byte type, uint token, params byte[] rest)
        => Message(Family, 0, 0, GenericHeader(type), Attribute(1, Number(token)), rest);

    private static uint SequenceOf(byte[] request) => BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(8));

    // Every time the same, in a frame that fits.
    private static byte[] Anything(byte[] request, int number)
    {
        var bytes = new byte[8 * number];
        new Random(number).NextBytes(bytes);
        return Message(BinaryPrimitives.ReadUInt16LittleEndian(request.AsSpan(4)), Multi, SequenceOf(request), bytes);
    }
}
