using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Tmds.Linux.LibC;

namespace Mptcp.Lab.Interop;

/// <content>Descriptors that go from one process to another.</content>
static unsafe partial class Kernel
{
    const int LongestMessage = 4096;
    const int MostDescriptors = 8;
    const int ControlHeaderLength = 16; // struct cmsghdr
    const int ScmRights = 1;
    const int MessageCloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC

    /// <summary>Receives a datagram of a Unix socket, with the descriptors that came along.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="descriptors">Receives the descriptors, which are then the caller's.</param>
    /// <returns>The datagram; null when the socket was shut down.</returns>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static byte[]? ReceiveWithDescriptors(Socket socket, List<SafeFileHandle> descriptors)
    {
        var buffer = stackalloc byte[LongestMessage];
        var control = stackalloc long[(ControlHeaderLength + MostDescriptors * sizeof(int)) / sizeof(long)];
        var part = new MessagePart { Start = buffer, Length = LongestMessage };
        var message = new Message { Parts = &part, PartCount = 1, Control = control, ControlLength = ControlHeaderLength + MostDescriptors * sizeof(int) };
        var length = (int)RecvMsg((int)socket.Handle, &message, MessageCloseOnExec);
        if (length < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"recvmsg: {new Win32Exception(error).Message}");
        }

        var header = (byte*)control;
        if (message.ControlLength >= ControlHeaderLength && *(int*)(header + 8) == SOL_SOCKET && *(int*)(header + 12) == ScmRights)
        {
            var numbers = new ReadOnlySpan<int>(header + ControlHeaderLength, (int)(*(long*)header - ControlHeaderLength) / sizeof(int));
            foreach (var number in numbers)
                descriptors.Add(new SafeFileHandle(number, ownsHandle: true));
        }

        return length == 0 ? null : new Span<byte>(buffer, length).ToArray();
    }

    /// <summary>Makes a further descriptor of the same file, which programs that are started get too.</summary>
    /// <returns>Its number, 100 or above.</returns>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static SafeFileHandle DuplicateToLeave(SafeHandle descriptor)
    {
        const int First = 100;
        var copy = Fcntl((int)descriptor.DangerousGetHandle(), F_DUPFD, First);
        Check(copy, "fcntl(F_DUPFD)");
        return new SafeFileHandle(copy, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint RecvMsg(int socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, int argument);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct MessagePart
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Message
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
