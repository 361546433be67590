namespace Mptcp.Native.Interop;

/// <summary>A system call other than a netlink request failed.</summary>
public sealed class SystemCallException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="attempt">What was attempted, as a phrase that follows "cannot": "open a netlink socket".</param>
    /// <param name="errno">Why it failed.</param>
    public SystemCallException(string attempt, Errno errno)
        : base($"cannot {attempt}: {errno}")
    {
        Errno = errno;
    }

    /// <summary>Why it failed.</summary>
    public Errno Errno { get; }
}
