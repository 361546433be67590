using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace Mptcp.Native.Interop;

/// <summary>Files by their inodes, links and file systems, which .NET does not tell.</summary>
internal static unsafe partial class Libc
{
    private const int AT_FDCWD = -100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_INO = 0x100;
    private const uint STATX_MNT_ID_UNIQUE = 0x4000;
    private const long NSFS_MAGIC = 0x6e736673;

    // struct statx of include/uapi/linux/stat.h.
    private const int StatxLength = 256;
    private const int StatxInodeOffset = 32;
    private const int StatxDeviceOffset = 136;
    private const int StatxMountOffset = 144;

    // struct statfs begins with its type, a long on 64-bit processors, and has 120 bytes.
    private const int StatfsLength = 256;

    /// <summary>Reads where a symbolic link leads.</summary>
    /// <param name="directory">The number of the descriptor of the directory that the link is in.</param>
    /// <param name="name">The name of the link; a zero must follow.</param>
    /// <param name="target">Receives the target, cut where it is longer.</param>
    /// <param name="error">Why it could not be read.</param>
    /// <returns>The length of what was written; -1 with an error.</returns>
    public static int ReadLink(int directory, ReadOnlySpan<byte> name, Span<byte> target, out Errno? error)
    {
        fixed (byte* path = name)
        fixed (byte* start = target)
        {
            var length = (long)LibC.readlinkat(directory, path, start, target.Length);
            error = length < 0 ? LastError : null;
            return (int)length;
        }
    }

    /// <summary>Reads the beginning of a file.</summary>
    /// <param name="path">The path; a zero must follow.</param>
    /// <param name="content">Receives it; its length bounds how much is read.</param>
    /// <param name="error">Why it could not be read.</param>
    /// <returns>How many bytes were read; -1 with an error.</returns>
    public static int ReadFile(ReadOnlySpan<byte> path, Span<byte> content, out Errno? error)
    {
        fixed (byte* name = path)
        fixed (byte* start = content)
        {
            using var file = new SafeDescriptor(LibC.open(name, LibC.O_RDONLY | LibC.O_CLOEXEC, 0));
            var length = file.IsInvalid ? -1 : (long)LibC.read(file.Number, start, content.Length);
            error = length < 0 ? LastError : null;
            return (int)length;
        }
    }

    /// <summary>Says which file a path leads to.</summary>
    /// <param name="path">The path; symbolic links are followed.</param>
    /// <returns>Null when there is none, or it is not for this process.</returns>
    public static FileIdentity? FindIdentity(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return Identity(AT_FDCWD, name, 0);
    }

    /// <summary>Says which file is open.</summary>
    public static FileIdentity GetIdentity(SafeDescriptor file)
    {
        byte empty = 0;
        return Identity(file.Number, &empty, AT_EMPTY_PATH)
            ?? throw new SystemCallException("read the inode of an open file", new Errno(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Whether a path leads to a namespace: a file of nsfs.</summary>
    public static bool IsNamespace(string path)
    {
        var status = stackalloc byte[StatfsLength];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return statfs(name, status) == 0 && *(long*)status == NSFS_MAGIC;
    }

    private static FileIdentity? Identity(int directory, byte* path, int flags)
    {
        var status = stackalloc byte[StatxLength];
        if (statx(directory, path, flags, STATX_INO | STATX_MNT_ID_UNIQUE, status) != 0)
            return null;
        var device = ((ulong)*(uint*)(status + StatxDeviceOffset) << 32) | *(uint*)(status + StatxDeviceOffset + sizeof(uint));
        return new FileIdentity(device, *(ulong*)(status + StatxInodeOffset), *(ulong*)(status + StatxMountOffset));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, byte* status);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statfs(byte* path, byte* status);
}
