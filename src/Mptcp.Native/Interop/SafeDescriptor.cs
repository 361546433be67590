using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace Mptcp.Native.Interop;

/// <summary>A file descriptor that closes itself.</summary>
public sealed class SafeDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Makes a handle to be filled in later.</summary>
    public SafeDescriptor()
        : base(ownsHandle: true)
    {
    }

    internal SafeDescriptor(int descriptor)
        : base(ownsHandle: true)
    {
        SetHandle(descriptor);
    }

    /// <summary>The number of the descriptor, or -1. Once it is closed the number may be something else's.</summary>
    internal int Number => IsClosed ? throw new ObjectDisposedException(nameof(SafeDescriptor)) : (int)handle;

    /// <summary>Has the same file open once more, by a descriptor that is closed by itself.</summary>
    /// <exception cref="SystemCallException">EMFILE: the process has as many open as it may.</exception>
    public static SafeDescriptor Duplicate(SafeHandle descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return Libc.Duplicate(descriptor);
    }

    /// <summary>Gives the descriptor to somebody else, who closes it.</summary>
    internal int Release()
    {
        var number = Number;
        SetHandleAsInvalid();
        return number;
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
