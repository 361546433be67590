using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Mptcp.Lab.Interop;

/// <summary>The system calls of the lab, with failures as exceptions that name the call. Nothing outside this file knows libc.</summary>
static unsafe class Kernel
{
    /// <summary>IPPROTO_MPTCP, linux/in.h. It does not fit the enumeration of .NET, whose own constructor refuses it.</summary>
    const int IpProtoMptcp = 262;

    const int EthernetAllInNetworkOrder = 0x0300; // htons(ETH_P_ALL), linux/if_ether.h

    /// <summary>Moves the calling thread into a new network namespace.</summary>
    /// <exception cref="Win32Exception">The kernel refuses; EPERM without CAP_SYS_ADMIN.</exception>
    public static void UnshareNetwork() => Check(unshare(CLONE_NEWNET), "unshare(CLONE_NEWNET)");

    /// <summary>Moves the calling thread into the network namespace behind an open descriptor.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void EnterNetwork(SafeFileHandle descriptor) =>
        Check(setns((int)descriptor.DangerousGetHandle(), CLONE_NEWNET), "setns(CLONE_NEWNET)");

    /// <summary>Opens a file of /proc/…/ns. Unlike <see cref="File.OpenHandle"/> it takes no lock, which nsfs does not know.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static SafeFileHandle OpenNamespace(string path)
    {
        fixed (byte* name = Utf8(path))
        {
            var descriptor = open(name, O_RDONLY | O_CLOEXEC);
            Check(descriptor, $"open({path})");
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }
    }

    /// <summary>Makes <paramref name="target"/>, an existing file, another name of <paramref name="source"/>.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void BindMount(string source, string target)
    {
        fixed (byte* from = Utf8(source))
        fixed (byte* to = Utf8(target))
            Check(mount(from, to, null, MS_BIND, null), $"mount({source}, {target}, MS_BIND)");
    }

    /// <summary>Mounts a file system in memory on a directory.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void MountMemory(string target, long bytes)
    {
        fixed (byte* type = Utf8("tmpfs"))
        fixed (byte* path = Utf8(target))
        fixed (byte* options = Utf8(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"size={bytes},mode=0700")))
            Check(mount(type, path, type, 0, options), $"mount(tmpfs, {target})");
    }

    /// <summary>Has nothing be written any more through a mount.</summary>
    /// <exception cref="Win32Exception">The kernel refuses; EBUSY while a file that was opened through it can be written.</exception>
    public static void MakeReadOnly(string target)
    {
        fixed (byte* path = Utf8(target))
            Check(mount(null, path, null, MS_REMOUNT | MS_BIND | MS_RDONLY, null), $"mount({target}, MS_REMOUNT | MS_BIND | MS_RDONLY)");
    }

    /// <summary>Undoes a mount, at once for the path and when the last user has gone for the rest.</summary>
    /// <exception cref="Win32Exception">The kernel refuses; EINVAL when nothing is mounted there.</exception>
    public static void Unmount(string target)
    {
        fixed (byte* path = Utf8(target))
            Check(umount2(path, MNT_DETACH), $"umount2({target})");
    }

    /// <summary>Has a descriptor of this process stand for another file, whoever uses it.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void Redirect(int descriptor, SafeFileHandle file) =>
        Check(dup3((int)file.DangerousGetHandle(), descriptor, O_CLOEXEC), $"dup3(…, {descriptor})");

    /// <summary>Makes two sockets that are connected to each other, whose messages keep their bounds.</summary>
    /// <param name="patience">How long the first waits for a message before it fails.</param>
    /// <exception cref="Win32Exception">The process is out of descriptors.</exception>
    public static (SafeFileHandle First, Socket Second) OpenPair(TimeSpan patience)
    {
        var pair = stackalloc int[2];
        Check(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), "socketpair(AF_UNIX, SOCK_DGRAM)");
        var first = new SafeFileHandle(pair[0], ownsHandle: true);
        var second = new Socket(new SafeSocketHandle(pair[1], ownsHandle: true));
        var time = stackalloc long[] { (long)patience.TotalSeconds, patience.Microseconds + (patience.Milliseconds * 1000) }; // struct timeval
        Check(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, time, 2 * sizeof(long)), "setsockopt(SO_RCVTIMEO)");
        return (first, second);
    }

    /// <summary>Has an epoll wait for a descriptor that now stands for another file, as it waited for the one before.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void WatchAgain(int epoll, int descriptor, uint events, ulong key)
    {
        epoll_event wanted = default;
        wanted.events = (int)events;
        wanted.data.u64 = key;
        Check(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &wanted), $"epoll_ctl(…, {descriptor})");
    }

    /// <summary>Opens a stream socket in the calling thread's network namespace.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static Socket OpenStream(AddressFamily family, Transport transport)
    {
        var domain = family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;
        var protocol = transport == Transport.Mptcp ? IpProtoMptcp : IPPROTO_TCP;
        var descriptor = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, protocol);
        Check(descriptor, $"socket({family}, SOCK_STREAM, {transport})");
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }

    /// <summary>
    /// Opens a socket that is given each packet that comes to an interface of the calling thread's network namespace, and each that goes.
    /// </summary>
    /// <exception cref="Win32Exception">The kernel refuses; EPERM without CAP_NET_RAW.</exception>
    public static Socket OpenPacketSocket()
    {
        var descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, EthernetAllInNetworkOrder);
        Check(descriptor, "socket(AF_PACKET, SOCK_RAW)");
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }

    /// <summary>Makes memory that a socket shares with the kernel readable and writable.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static byte* MapShared(Socket socket, int length)
    {
        var memory = mmap(null, length, PROT_READ | PROT_WRITE, MAP_SHARED, (int)socket.Handle, 0);
        Check(memory == MAP_FAILED ? -1 : 0, "mmap");
        return (byte*)memory;
    }

    /// <summary>Undoes <see cref="MapShared"/>.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void Unmap(byte* memory, int length) => Check(munmap(memory, length), "munmap");

    /// <summary>Asks a process to end.</summary>
    /// <exception cref="Win32Exception">The kernel refuses; ESRCH when it has gone.</exception>
    public static void Terminate(int processId) => Check(kill(processId, SIGTERM), $"kill({processId}, SIGTERM)");

    /// <summary>Tells a process that its terminal is gone, which daemons take for a request to read their configuration again.</summary>
    /// <exception cref="Win32Exception">The kernel refuses; ESRCH when it has gone.</exception>
    public static void HangUp(int processId) => Check(kill(processId, SIGHUP), $"kill({processId}, SIGHUP)");

    /// <summary>Stops a process; returns when it is asked to, which it cannot delay.</summary>
    /// <exception cref="Win32Exception">The kernel refuses; ESRCH when it has gone.</exception>
    public static void Stop(int processId) => Check(kill(processId, SIGSTOP), $"kill({processId}, SIGSTOP)");

    /// <summary>Lets a stopped process go on.</summary>
    /// <exception cref="Win32Exception">The kernel refuses; ESRCH when it has gone.</exception>
    public static void Continue(int processId) => Check(kill(processId, SIGCONT), $"kill({processId}, SIGCONT)");

    /// <summary>
    /// Makes the calling thread another user's, for ever. The C library's functions would make the whole process so; the kernel knows threads
    /// alone.
    /// </summary>
    /// <exception cref="Win32Exception">The kernel refuses; EINVAL where the id is not mapped into the user namespace.</exception>
    public static void BecomeUser(uint user, params uint[] groups)
    {
        var isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        fixed (uint* list = groups)
            Check((int)syscall(isArm ? 159 : 116, groups.Length, (nint)list, 0), "setgroups");
        Check((int)syscall(isArm ? 149 : 119, (nint)groups[0], (nint)groups[0], (nint)groups[0]), "setresgid");
        Check((int)syscall(isArm ? 147 : 117, (nint)user, (nint)user, (nint)user), $"setresuid({user})");
    }

    [DllImport("libc", SetLastError = true)]
    static extern nint syscall(nint number, nint first, nint second, nint third);

    static void Check(int result, string call)
    {
        if (result < 0)
        {
            var error = errno;
            throw new Win32Exception(error, $"{call}: {new Win32Exception(error).Message}");
        }
    }

    static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text + '\0');
}
