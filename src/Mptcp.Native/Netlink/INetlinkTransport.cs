namespace Mptcp.Native.Netlink;

/// <summary>
/// A netlink socket, which is all that stands between this assembly and the kernel. Tests put a scripted kernel here.
/// </summary>
public interface INetlinkTransport : IDisposable
{
    /// <summary>Sends one datagram to the kernel.</summary>
    /// <param name="message">One or more whole netlink messages.</param>
    /// <exception cref="NetlinkTransportException">The socket refused it.</exception>
    void Send(ReadOnlySpan<byte> message);

    /// <summary>Waits for one datagram.</summary>
    /// <param name="buffer">Where it is written.</param>
    /// <param name="sender">The netlink port of whoever sent it; the kernel's is 0.</param>
    /// <returns>Its length in bytes, which is above the buffer's length when the datagram was cut.</returns>
    /// <exception cref="NetlinkTransportException">Nothing came in time, or datagrams were lost (ENOBUFS).</exception>
    int Receive(Span<byte> buffer, out uint sender);
}
