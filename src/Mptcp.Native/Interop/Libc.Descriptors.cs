using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace Mptcp.Native.Interop;

/// <summary>Descriptors that go from one process to another: by messages of Unix sockets, and by the start of a program.</summary>
internal static unsafe partial class Libc
{
    // include/uapi/linux/un.h and include/linux/socket.h
    private const int LongestUnixPath = 108;
    private const int SCM_RIGHTS = 1;
    private const int MSG_NOSIGNAL = 0x4000;

    // include/uapi/asm-generic/socket.h; the cookies from 4.12 and 5.14 on.
    private const int SO_TYPE = 3;
    private const int SO_ACCEPTCONN = 30;
    private const int SO_PROTOCOL = 38;
    private const int SO_DOMAIN = 39;
    private const int SO_COOKIE = 57;
    private const int SO_NETNS_COOKIE = 71;

    // include/uapi/linux/netlink.h
    private const int NETLINK_LIST_MEMBERSHIPS = 9;

    /// <summary>Opens a datagram socket and connects it to another.</summary>
    /// <param name="address">A path, or, after an @, an abstract name.</param>
    /// <exception cref="SystemCallException">Nobody is there, or the address is too long.</exception>
    public static SafeDescriptor ConnectUnixDatagram(string address)
    {
        var path = Encoding.UTF8.GetBytes(address);
        var name = stackalloc byte[sizeof(ushort) + LongestUnixPath];
        if (path.Length > LongestUnixPath - 1)
            throw new SystemCallException($"connect to {address}", Errno.NameTooLong);
        *(ushort*)name = (ushort)(int)LibC.AF_UNIX;
        path.CopyTo(new Span<byte>(name + sizeof(ushort), LongestUnixPath));
        if (address[0] == '@')
            name[sizeof(ushort)] = 0;
        // An abstract name ends where the address does, a path at its zero.
        var length = sizeof(ushort) + path.Length + (address[0] == '@' ? 0 : 1);

        var descriptor = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            throw new SystemCallException("open a Unix socket", LastError);
        var socket = new SafeDescriptor(descriptor);
        if (LibC.connect(descriptor, (sockaddr*)name, length) == 0)
            return socket;
        var error = LastError;
        socket.Dispose();
        throw new SystemCallException($"connect to {address}", error);
    }

    public static Errno? TrySetSendTimeout(SafeDescriptor socket, TimeSpan timeout)
    {
        var seconds = Math.DivRem(timeout.Ticks, TimeSpan.TicksPerSecond, out var ticks);
        var value = stackalloc long[] { seconds, ticks / TimeSpan.TicksPerMicrosecond }; // struct timeval
        return LibC.setsockopt(socket.Number, LibC.SOL_SOCKET, LibC.SO_SNDTIMEO, value, 16) == 0 ? null : LastError;
    }

    /// <summary>Sends a message, with a descriptor where one is given (<c>SCM_RIGHTS</c> of <c>unix(7)</c>).</summary>
    public static Errno? TrySend(SafeDescriptor socket, ReadOnlySpan<byte> message, SafeHandle? passed)
    {
        // struct cmsghdr: its length, level and type, then the descriptor, filled up to a whole number of longs.
        const int HeaderLength = 16;
        const int ControlLength = HeaderLength + sizeof(long);
        var control = stackalloc byte[ControlLength];
        new Span<byte>(control, ControlLength).Clear();
        *(long*)control = HeaderLength + sizeof(int);
        *(int*)(control + 8) = LibC.SOL_SOCKET;
        *(int*)(control + 12) = SCM_RIGHTS;

        var held = false;
        try
        {
            passed?.DangerousAddRef(ref held);
            *(int*)(control + HeaderLength) = passed is null ? -1 : (int)passed.DangerousGetHandle();
            fixed (byte* start = message)
            {
                var part = new MessagePart { Start = start, Length = message.Length };
                var header = new MessageHeader
                {
                    Parts = &part,
                    PartCount = 1,
                    Control = passed is null ? null : control,
                    ControlLength = passed is null ? 0 : ControlLength,
                };
                while (sendmsg(socket.Number, &header, MSG_NOSIGNAL) < 0)
                {
                    var error = new Errno(Marshal.GetLastPInvokeError());
                    if (error != Errno.Interrupted)
                        return error;
                }

                return null;
            }
        }
        finally
        {
            if (held)
                passed!.DangerousRelease();
        }
    }

    /// <summary>Takes a descriptor that this process was started with, so that programs it starts do not get it.</summary>
    /// <returns>Null when no such descriptor is open.</returns>
    public static SafeDescriptor? TakeInherited(int number)
        => fcntl(number, LibC.F_SETFD, LibC.FD_CLOEXEC) == 0 ? new SafeDescriptor(number) : null;

    /// <summary>Opens the same file once more, which programs that this one starts do not get.</summary>
    /// <exception cref="SystemCallException">EMFILE: the process has as many open as it may.</exception>
    public static SafeDescriptor Duplicate(SafeHandle descriptor)
    {
        var number = fcntl(descriptor, LibC.F_DUPFD_CLOEXEC, 0);
        return number >= 0 ? new SafeDescriptor(number) : throw new SystemCallException("duplicate a descriptor", new Errno(Marshal.GetLastPInvokeError()));
    }

    /// <summary>What a descriptor is, as far as it is a socket.</summary>
    /// <returns>Null for anything else.</returns>
    public static SocketFacts? DescribeSocket(SafeHandle descriptor)
    {
        if (FindOption<int>(descriptor, SO_DOMAIN) is not { } domain || FindOption<int>(descriptor, SO_PROTOCOL) is not { } protocol)
            return null;
        return new SocketFacts(
            domain,
            FindOption<int>(descriptor, SO_TYPE) ?? 0,
            protocol,
            FindOption<int>(descriptor, SO_ACCEPTCONN) == 1,
            FindOption<ulong>(descriptor, SO_COOKIE),
            FindOption<ulong>(descriptor, SO_NETNS_COOKIE));
    }

    /// <summary>Whether a netlink socket is a member of a group, which are counted from 1.</summary>
    public static bool IsMember(SafeDescriptor socket, uint group)
    {
        // A bit for each group; the kernel says how many bytes that takes for the groups there are.
        socklen_t length = 0;
        if (LibC.getsockopt(socket.Number, LibC.SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, null, &length) != 0)
            return false;
        var bits = new byte[(int)length];
        fixed (byte* start = bits)
        {
            if (LibC.getsockopt(socket.Number, LibC.SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, start, &length) != 0)
                return false;
        }

        // Words of 32 bits in the processor's order, which is the order of the bytes on all that the product runs on.
        var place = (int)(group - 1);
        return place / 8 < bits.Length && (bits[place / 8] & (1 << (place % 8))) != 0;
    }

    private static T? FindOption<T>(SafeHandle descriptor, int option)
        where T : unmanaged
    {
        T value;
        socklen_t length = sizeof(T);
        return LibC.getsockopt((int)descriptor.DangerousGetHandle(), LibC.SOL_SOCKET, option, &value, &length) == 0 && (int)length == sizeof(T) ? value : null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeHandle descriptor, int command, int argument);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessagePart
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public MessagePart* Parts;
        public nint PartCount;
        public void* Control;
        public nint ControlLength;
        public int Flags;
    }
}
