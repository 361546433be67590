using System.Runtime.InteropServices;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>Gives files to groups, which .NET has no call for.</summary>
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

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
