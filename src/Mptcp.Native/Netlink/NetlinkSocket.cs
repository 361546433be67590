using Mptcp.Native.Interop;
using Tmds.Linux;

namespace Mptcp.Native.Netlink;

/// <summary>A netlink socket of the network namespace that the opening thread is in.</summary>
internal sealed class NetlinkSocket : INetlinkTransport
{
    // Requests are answered while they are sent; this only bounds the wait for a kernel that is broken.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private NetlinkSocket(SafeDescriptor descriptor)
    {
        Descriptor = descriptor;
    }

    public SafeDescriptor Descriptor { get; }

    /// <summary>The receive buffer in bytes, as the kernel accounts it (twice what was asked for).</summary>
    public int ReceiveBuffer => Libc.GetOption(Descriptor, LibC.SOL_SOCKET, LibC.SO_RCVBUF);

    /// <summary>How many datagrams the kernel has dropped here since the socket was opened, wrapping around; null on kernels before 4.12.</summary>
    public uint? Drops => Libc.CountDrops(Descriptor);

    /// <summary>Opens and binds a socket that reports refusals in the kernel's own words.</summary>
    /// <exception cref="SystemCallException">The kernel does not offer the protocol, or descriptors ran out.</exception>
    public static NetlinkSocket Open(int protocol)
    {
        var descriptor = Libc.OpenNetlink(protocol);
        try
        {
            // Kernels before 4.12 know neither option; their refusals come with an errno alone.
            Libc.TrySetOption(descriptor, LibC.SOL_NETLINK, NetlinkHeaders.NETLINK_CAP_ACK, 1);
            Libc.TrySetOption(descriptor, LibC.SOL_NETLINK, NetlinkHeaders.NETLINK_EXT_ACK, 1);
            if (Libc.TrySetReceiveTimeout(descriptor, AnswerTimeout) is { } error)
                throw new SystemCallException("bound the wait for answers", error);
            Libc.BindNetlink(descriptor);
            return new NetlinkSocket(descriptor);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a socket that another process had opened and bound.</summary>
    public static NetlinkSocket Resume(SafeDescriptor descriptor) => new(descriptor);

    /// <summary>
    /// Asks for a receive buffer: past the system's maximum where the process may (CAP_NET_ADMIN in the initial user
    /// namespace), else as much as anyone may have.
    /// </summary>
    /// <returns>What it got, in bytes as the kernel accounts them.</returns>
    public int EnlargeReceiveBuffer(int bytes)
    {
        if (Libc.TrySetOption(Descriptor, LibC.SOL_SOCKET, LibC.SO_RCVBUFFORCE, bytes) is not null)
            Libc.TrySetOption(Descriptor, LibC.SOL_SOCKET, LibC.SO_RCVBUF, bytes);
        return ReceiveBuffer;
    }

    /// <summary>Joins a multicast group.</summary>
    /// <exception cref="KernelRefusedException">The group is not for this process (EPERM).</exception>
    public void Join(uint group, string name)
    {
        if (Libc.TrySetOption(Descriptor, LibC.SOL_NETLINK, NetlinkHeaders.NETLINK_ADD_MEMBERSHIP, (int)group) is { } error)
            throw new KernelRefusedException($"to join the group {name}", error);
    }

    public void Send(ReadOnlySpan<byte> message)
    {
        if (Libc.TrySend(Descriptor, message) is { } error)
            throw new NetlinkTransportException("the request could not be sent", error);
    }

    public int Receive(Span<byte> buffer, out uint sender)
    {
        var length = Libc.Receive(Descriptor, buffer, wait: true, out sender, out var error);
        if (error == Errno.TryAgain)
            throw new NetlinkTransportException($"the kernel did not answer within {AnswerTimeout.TotalSeconds:0} s");
        return error is null ? length : throw new NetlinkTransportException("the answer could not be received", error);
    }

    /// <summary>Takes a datagram that is there already.</summary>
    /// <returns>Its length; -1 with an error when there was none (EAGAIN) or some were lost (ENOBUFS).</returns>
    public int TryReceive(Span<byte> buffer, out uint sender, out Errno? error)
        => Libc.Receive(Descriptor, buffer, wait: false, out sender, out error);

    public void Dispose() => Descriptor.Dispose();
}
