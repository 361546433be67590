using System.Runtime.InteropServices;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>Gives files to users and groups, which .NET has no call for.</summary>
internal static partial class FileOwnership
{
    // chown(2): -1 leaves the owner as it is.
    private const uint SameOwner = uint.MaxValue;

    /// <exception cref="SystemCallException">The process may not (CAP_CHOWN, or membership of the group).</exception>
    public static void SetGroup(string path, uint group)
    {
        if (ChangeOwner(path, SameOwner, group) != 0)
            throw new SystemCallException($"give {path} to the group {group}", new Errno(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Gives a file to a user and a group. Of a symbolic link, the link itself.</summary>
    /// <exception cref="SystemCallException">The process may not (CAP_CHOWN).</exception>
    public static void SetOwner(string path, uint user, uint group)
    {
        if (ChangeLinkOwner(path, user, group) != 0)
            throw new SystemCallException($"give {path} to the user {user}", new Errno(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeLinkOwner(string path, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
