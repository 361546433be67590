using System.Buffers.Binary;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Tests.ScriptedKernel;

/// <summary>A kernel that answers with the same datagram for ever.</summary>
/// <param name="answer">Makes the datagram, for the sequence number of the request.</param>
internal sealed class EndlessKernel(Func<uint, byte[]> answer) : INetlinkTransport
{
    private byte[] _answer = [];

    /// <summary>How many datagrams were taken.</summary>
    public int Taken { get; private set; }

    public void Send(ReadOnlySpan<byte> message) => _answer = answer(BinaryPrimitives.ReadUInt32LittleEndian(message[8..]));

    public int Receive(Span<byte> buffer, out uint sender)
    {
        sender = 0;
        Taken++;
        _answer.CopyTo(buffer);
        return _answer.Length;
    }

    public void Dispose()
    {
    }
}
