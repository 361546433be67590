using Mptcp.Native.Interop;

namespace Mptcp.Native.Netlink;

/// <summary>Talking to the kernel failed before it could answer; what it did with the request is not known.</summary>
public sealed class NetlinkTransportException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="errno">Why, where a system call said so.</param>
    public NetlinkTransportException(string message, Errno? errno = null)
        : base(errno is { } reason ? $"{message}: {reason}" : message)
    {
        Errno = errno;
    }

    /// <summary>Why, where a system call said so.</summary>
    public Errno? Errno { get; }
}
