using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace Mptcp.Native.Interop;

/// <summary>The C library's calls that this assembly makes, with errors as exceptions and no pointers in their signatures.</summary>
internal static unsafe partial class Libc
{
    // include/uapi/asm-generic/socket.h and include/uapi/linux/sock_diag.h
    private const int SO_MEMINFO = 55;
    private const int SK_MEMINFO_DROPS = 8;
    private const int SK_MEMINFO_VARS = 9;

    /// <summary>The error of the call that this thread made last.</summary>
    public static Errno LastError => new(LibC.errno);

    public static SafeDescriptor OpenNetlink(int protocol)
    {
        var descriptor = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, protocol);
        return descriptor >= 0 ? new SafeDescriptor(descriptor) : throw new SystemCallException("open a netlink socket", LastError);
    }

    /// <summary>Binds a netlink socket to a port number of the kernel's choice, which joining a group needs.</summary>
    public static void BindNetlink(SafeDescriptor socket)
    {
        var address = new NetlinkAddress { Family = (ushort)(int)LibC.AF_NETLINK };
        if (LibC.bind(socket.Number, (sockaddr*)&address, sizeof(NetlinkAddress)) != 0)
            throw new SystemCallException("bind a netlink socket", LastError);
    }

    public static Errno? TrySetOption(SafeDescriptor socket, int level, int option, int value)
        => LibC.setsockopt(socket.Number, level, option, &value, sizeof(int)) == 0 ? null : LastError;

    public static int GetOption(SafeDescriptor socket, int level, int option)
    {
        int value;
        socklen_t length = sizeof(int);
        return LibC.getsockopt(socket.Number, level, option, &value, &length) == 0
            ? value
            : throw new SystemCallException($"read socket option {option}", LastError);
    }

    /// <summary>How many datagrams the kernel had no room for at a socket since it was opened, wrapping around; null on kernels before 4.12.</summary>
    public static uint? CountDrops(SafeDescriptor socket)
    {
        var values = stackalloc uint[SK_MEMINFO_VARS];
        socklen_t length = SK_MEMINFO_VARS * sizeof(uint);
        return LibC.getsockopt(socket.Number, LibC.SOL_SOCKET, SO_MEMINFO, values, &length) == 0 && (int)length == SK_MEMINFO_VARS * sizeof(uint)
            ? values[SK_MEMINFO_DROPS]
            : null;
    }

    public static Errno? TrySetReceiveTimeout(SafeDescriptor socket, TimeSpan timeout)
    {
        var seconds = Math.DivRem(timeout.Ticks, TimeSpan.TicksPerSecond, out var ticks);
        var value = stackalloc long[] { seconds, ticks / TimeSpan.TicksPerMicrosecond }; // struct timeval
        return LibC.setsockopt(socket.Number, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, value, 16) == 0 ? null : LastError;
    }

    public static Errno? TrySend(SafeDescriptor socket, ReadOnlySpan<byte> message)
    {
        fixed (byte* start = message)
        {
            while (LibC.send(socket.Number, start, message.Length, 0) < 0)
            {
                if (LastError != Errno.Interrupted)
                    return LastError;
            }
        }

        return null;
    }

    /// <summary>Receives one datagram; a length above the buffer's says that the datagram was cut.</summary>
    public static int Receive(SafeDescriptor socket, Span<byte> buffer, bool wait, out uint sender, out Errno? error)
    {
        var address = default(NetlinkAddress);
        var flags = LibC.MSG_TRUNC | (wait ? 0 : LibC.MSG_DONTWAIT);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                socklen_t addressLength = sizeof(NetlinkAddress);
                var length = (long)LibC.recvfrom(socket.Number, start, buffer.Length, flags, (sockaddr*)&address, &addressLength);
                error = length < 0 ? LastError : null;
                sender = address.Port;
                if (error != Errno.Interrupted)
                    return (int)length;
            }
        }
    }

    public static SafeDescriptor OpenForReading(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var descriptor = LibC.open(name, LibC.O_RDONLY | LibC.O_CLOEXEC, 0);
            return descriptor >= 0 ? new SafeDescriptor(descriptor) : throw new SystemCallException($"open {path}", LastError);
        }
    }

    /// <summary>Writes a whole small file in one call, as files below /proc/sys need.</summary>
    public static Errno? TryOverwrite(string path, string content)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        fixed (byte* bytes = Encoding.UTF8.GetBytes(content + '\n'))
        {
            using var file = new SafeDescriptor(LibC.open(name, LibC.O_WRONLY | LibC.O_CLOEXEC, 0));
            if (file.IsInvalid)
                return LastError;
            return LibC.write(file.Number, bytes, Encoding.UTF8.GetByteCount(content) + 1) < 0 ? LastError : null;
        }
    }

    /// <summary>Opens an MPTCP socket, of the network namespace that the calling thread is in.</summary>
    public static Socket OpenMptcp(AddressFamily family)
    {
        var domain = family == AddressFamily.InterNetwork ? LibC.AF_INET : LibC.AF_INET6;
        var descriptor = LibC.socket(domain, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, (int)SocketDiagnosticsHeaders.IPPROTO_MPTCP);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new SystemCallException("open an MPTCP socket", LastError);
    }

    /// <summary>Moves the calling thread into a network namespace.</summary>
    public static void EnterNetworkNamespace(SafeDescriptor target, string name)
    {
        if (LibC.setns(target.Number, LibC.CLONE_NEWNET) != 0)
            throw new SystemCallException($"enter the network namespace {name}", LastError);
    }

    public static SafeDescriptor CreateEventCounter()
    {
        var descriptor = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        return descriptor >= 0 ? new SafeDescriptor(descriptor) : throw new SystemCallException("make an event counter", LastError);
    }

    public static void RaiseEventCounter(SafeDescriptor counter)
    {
        ulong one = 1;
        // EAGAIN means that the counter is already as high as it goes, so whoever waits for it wakes up all the same.
        if (LibC.write(counter.Number, &one, sizeof(ulong)) < 0 && LastError != Errno.TryAgain)
            throw new SystemCallException("raise an event counter", LastError);
    }

    public static void LowerEventCounter(SafeDescriptor counter)
    {
        ulong count;
        if (LibC.read(counter.Number, &count, sizeof(ulong)) < 0 && LastError != Errno.TryAgain)
            throw new SystemCallException("lower an event counter", LastError);
    }

    public static SafeDescriptor CreateEpoll()
    {
        var descriptor = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        return descriptor >= 0 ? new SafeDescriptor(descriptor) : throw new SystemCallException("make an epoll instance", LastError);
    }

    public static void AddToEpoll(SafeDescriptor epoll, SafeDescriptor member, ulong key)
        => AddToEpoll(epoll, member, key, LibC.EPOLLIN);

    /// <summary>Watches for what is told as urgent (POLLPRI), which says of some files of /proc that they have changed.</summary>
    public static void AddUrgentToEpoll(SafeDescriptor epoll, SafeDescriptor member, ulong key)
        => AddToEpoll(epoll, member, key, LibC.EPOLLPRI);

    private static void AddToEpoll(SafeDescriptor epoll, SafeDescriptor member, ulong key, int events)
    {
        epoll_event interest;
        interest.events = events;
        interest.data.u64 = key;
        if (LibC.epoll_ctl(epoll.Number, LibC.EPOLL_CTL_ADD, member.Number, &interest) != 0)
            throw new SystemCallException("watch a descriptor", LastError);
    }

    public static void RemoveFromEpoll(SafeDescriptor epoll, SafeDescriptor member)
    {
        epoll_event ignored;
        if (LibC.epoll_ctl(epoll.Number, LibC.EPOLL_CTL_DEL, member.Number, &ignored) != 0)
            throw new SystemCallException("stop watching a descriptor", LastError);
    }

    /// <summary>Waits for members to become readable.</summary>
    /// <param name="epoll">The epoll instance.</param>
    /// <param name="ready">Receives the keys of those that are; its length bounds how many.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever. Kernels before 5.11 wait whole milliseconds.</param>
    /// <returns>How many keys were written.</returns>
    public static int WaitForEpoll(SafeDescriptor epoll, Span<ulong> ready, TimeSpan timeout)
    {
        var events = stackalloc epoll_event[ready.Length];
        int count;
        while ((count = WaitForEpoll(epoll.Number, events, ready.Length, timeout)) < 0)
        {
            if (LastError != Errno.Interrupted)
                throw new SystemCallException("wait for descriptors", LastError);
        }

        for (var i = 0; i < count; i++)
            ready[i] = events[i].data.u64;
        return count;
    }

    private static int WaitForEpoll(int epoll, epoll_event* events, int most, TimeSpan timeout)
    {
        if (timeout > TimeSpan.Zero && !s_countsMilliseconds)
        {
            var (seconds, rest) = Math.DivRem(timeout.Ticks, TimeSpan.TicksPerSecond);
            var time = stackalloc long[] { seconds, rest * TimeSpan.NanosecondsPerTick };
            var count = (int)syscall(EpollPwait2, epoll, events, most, time, null, 0);
            if (count >= 0 || LastError != Errno.NoSuchCall)
                return count;
            s_countsMilliseconds = true;
        }

        var milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        return LibC.epoll_wait(epoll, events, most, milliseconds);
    }

    // Of all architectures.
    private const nint EpollPwait2 = 441;
    private static bool s_countsMilliseconds;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, int epoll, epoll_event* events, int most, long* timeout, void* signals, nint signalsLength);

    /// <summary><c>struct sockaddr_nl</c> of <c>include/uapi/linux/netlink.h</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        public ushort Family;
        public ushort Padding;
        public uint Port;
        public uint Groups;
    }
}
