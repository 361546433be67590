using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Makes sure that names in a directory survive a power failure, which .NET has no call for.</summary>
internal static partial class DirectorySync
{
    private const int OpenForReading = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <exception cref="IOException">The directory cannot be opened, or not be written to the disk.</exception>
    public static void Flush(string directory)
    {
        using var handle = Open(directory, OpenForReading);
        if (handle.IsInvalid)
            throw new IOException($"the directory {directory} cannot be opened: {new Errno(Marshal.GetLastPInvokeError())}");
        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
