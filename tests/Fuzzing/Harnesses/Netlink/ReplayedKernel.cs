using System.Buffers.Binary;
using Mptcp.Native.Netlink;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>
/// A kernel that answers whatever is asked with the next datagrams of an input, and then no more. Messages with the sequence number 1
/// get the number of the request that was sent last, so that those of an input are answers to every request.
/// </summary>
/// <param name="input">Datagrams as <see cref="CapturedMessages.Input"/> joins them.</param>
internal sealed class ReplayedKernel(byte[] input) : INetlinkTransport
{
    private const int HeaderLength = 16, SequencePlace = 8;

    private int _position;
    private uint _sequence;

    public void Send(ReadOnlySpan<byte> message) => _sequence = BinaryPrimitives.ReadUInt32LittleEndian(message[SequencePlace..]);

    public int Receive(Span<byte> buffer, out uint sender)
    {
        sender = 0;
        var rest = input.AsSpan(_position);
        ReadOnlySpan<byte> left = rest;
        if (!CapturedMessages.TryTake(ref left, out var datagram))
            throw new NetlinkTransportException("the kernel did not answer");
        _position = input.Length - left.Length;
        datagram[..Math.Min(datagram.Length, buffer.Length)].CopyTo(buffer);
        Number(buffer[..Math.Min(datagram.Length, buffer.Length)]);
        return datagram.Length;
    }

    public void Dispose()
    {
    }

    private void Number(Span<byte> messages)
    {
        while (messages.Length >= HeaderLength)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(messages[SequencePlace..]) == 1)
                BinaryPrimitives.WriteUInt32LittleEndian(messages[SequencePlace..], _sequence);
            var length = (BinaryPrimitives.ReadUInt32LittleEndian(messages) + 3L) & ~3L;
            if (length < HeaderLength || length > messages.Length)
                return;
            messages = messages[(int)length..];
        }
    }
}
