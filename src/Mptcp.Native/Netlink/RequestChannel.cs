using System.Diagnostics;
using Mptcp.Native.Interop;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.Netlink;

/// <summary>Turns the payload of one message into a record.</summary>
internal delegate T PayloadDecoder<out T>(ReadOnlySpan<byte> payload);

/// <summary>
/// Asks the kernel one thing at a time over a socket of its own, and gives each question its own answer: by sequence
/// number, and from the kernel alone. Any thread may ask.
/// </summary>
/// <remarks>
/// The kernel answers a request while it is being sent, so a call never waits for anything but the kernel's own locks.
/// </remarks>
/// <param name="transport">The socket; the channel owns it.</param>
/// <param name="observer">Hears how each request ended.</param>
internal sealed class RequestChannel(INetlinkTransport transport, Action<RequestOutcome>? observer = null) : IDisposable
{
    // The kernel makes dump messages of at most 32 KiB when the reader's buffer has room for them.
    private const int BufferLength = 32 * 1024;
    private const int DumpAttempts = 8;
    private const uint KernelPort = 0;

    // A million sockets with all that is told of them take some 10 s and 1 GB. What goes on beyond that has no end: a kernel that is
    // broken must not keep whoever asks it for ever, nor fill the memory.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(20);
    private const long LargestAnswer = 4L * 1024 * 1024 * 1024;

    private readonly Lock _oneAtATime = new();
    private readonly byte[] _buffer = new byte[BufferLength];
    private uint _sequence;

    /// <summary>How long one answer may go on before it is taken for endless.</summary>
    internal TimeSpan TimeLimit { get; init; } = LongestAnswer;

    /// <summary>How many bytes one answer may have before it is taken for endless.</summary>
    internal long ByteLimit { get; init; } = LargestAnswer;

    /// <summary>Asks for something to be done.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    /// <exception cref="NetlinkTransportException">Talking to it failed.</exception>
    /// <exception cref="NetlinkFormatException">Its answer has no sense.</exception>
    public void Execute(RequestWriter request)
    {
        lock (_oneAtATime)
            Collect<object?>(request, null, null);
    }

    /// <summary>Asks for one thing.</summary>
    /// <inheritdoc cref="Execute" path="/exception" />
    public T Ask<T>(RequestWriter request, PayloadDecoder<T> decode)
    {
        var answers = new List<T>(1);
        lock (_oneAtATime)
            Collect(request, decode, answers);
        return Only(request, answers);
    }

    /// <summary>Asks for one thing that there may be none of, which is no error and costs no exception.</summary>
    /// <param name="request">The request.</param>
    /// <param name="decode">Reads the answer.</param>
    /// <param name="none">How the kernel says that there is none.</param>
    /// <returns>The default of the type when there is none.</returns>
    /// <inheritdoc cref="Execute" path="/exception" />
    public T? Find<T>(RequestWriter request, PayloadDecoder<T> decode, Errno none)
    {
        var answers = new List<T>(1);
        lock (_oneAtATime)
        {
            if (Collect(request, decode, answers, none) is null)
                return default;
        }

        return Only(request, answers);
    }

    /// <summary>Asks for a whole list; when it changes while it is read, it is read again.</summary>
    /// <inheritdoc cref="Execute" path="/exception" />
    /// <exception cref="DumpInterruptedException">It changed every time.</exception>
    public List<T> Dump<T>(RequestWriter request, PayloadDecoder<T> decode) => FindAll(request, decode, none: null)!;

    /// <summary>As <see cref="Dump"/>, where there may be no list.</summary>
    /// <param name="request">The request.</param>
    /// <param name="decode">Reads an item of the list.</param>
    /// <param name="none">How the kernel says that there is no list; null when it is an error like any other.</param>
    /// <returns>Null when there is none.</returns>
    /// <inheritdoc cref="Dump" path="/exception" />
    public List<T>? FindAll<T>(RequestWriter request, PayloadDecoder<T> decode, Errno? none)
    {
        var items = new List<T>();
        lock (_oneAtATime)
        {
            for (var attempt = 1; attempt <= DumpAttempts; attempt++)
            {
                items.Clear();
                switch (Collect(request, decode, items, none))
                {
                    case null: return null;
                    case true: return items;
                }
            }
        }

        throw new DumpInterruptedException(request.Operation, DumpAttempts);
    }

    /// <summary>Closes the socket, once a request that is under way has ended; later ones fail (<see cref="ObjectDisposedException"/>).</summary>
    public void Dispose()
    {
        lock (_oneAtATime)
            transport.Dispose();
    }

    /// <summary>Sends a request and reads up to its end.</summary>
    /// <returns>False when the kernel said that the list changed meanwhile; null when it refused with the errno named.</returns>
    private bool? Collect<T>(RequestWriter request, PayloadDecoder<T>? decode, List<T>? items, Errno? none = null)
    {
        var start = Stopwatch.GetTimestamp();
        var (end, consistent) = Converse(request, decode, items);
        observer?.Invoke(new RequestOutcome(request.Operation, end.Errno, Stopwatch.GetElapsedTime(start)));
        if (end.Errno is null)
            return consistent;
        return end.Errno == none ? null : throw end.Refusal(request.Operation);
    }

    private static T Only<T>(RequestWriter request, List<T> answers) => answers.Count == 1
        ? answers[0]
        : throw new NetlinkFormatException($"{request.Operation}: expected one answer, got {answers.Count}");

    private (Acknowledgement End, bool Consistent) Converse<T>(RequestWriter request, PayloadDecoder<T>? decode, List<T>? items)
    {
        var sequence = ++_sequence;
        transport.Send(request.Finish(sequence));

        var consistent = true;
        NetlinkFormatException? failure = null;
        var (start, received) = (Stopwatch.GetTimestamp(), 0L);
        while (true)
        {
            if (received > ByteLimit || Stopwatch.GetElapsedTime(start) > TimeLimit)
                throw new NetlinkTransportException($"{request.Operation}: the answer had no end, and was given up after {received} bytes");
            var length = transport.Receive(_buffer, out var sender);
            received += length;
            if (sender != KernelPort)
                continue; // Another process may write to this socket; it has no say here.
            if (length > _buffer.Length)
                throw new NetlinkTransportException($"{request.Operation}: an answer of {length} bytes does not fit");

            var messages = new MessageReader(_buffer.AsSpan(0, length));
            while (messages.MoveNext())
            {
                // What a request that failed half-way left behind.
                if (messages.Sequence != sequence)
                    continue;

                consistent &= (messages.Flags & NLM_F_DUMP_INTR) == 0;
                if (messages.Type is NLMSG_ERROR or NLMSG_DONE)
                {
                    var end = Acknowledgement.Read(messages.Payload, messages.Type, messages.Flags);
                    return failure is null ? (end, consistent) : throw failure;
                }

                if (messages.Type < NLMSG_MIN_TYPE)
                    continue;
                if (decode is null || items is null)
                    throw new NetlinkFormatException($"{request.Operation}: an answer of type {messages.Type} where none was asked for");
                try
                {
                    items.Add(decode(messages.Payload));
                }
                catch (NetlinkFormatException exception)
                {
                    // Read on: the kernel refuses the next dump (EBUSY) until this one was read to its end.
                    failure ??= exception;
                }

                if (request.EndsWithAnswer)
                    return failure is null ? (default, consistent) : throw failure;
            }
        }
    }
}
