using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace Mptcp.Native.Interop;

/// <summary>
/// Says that entries of directories came or went (<c>inotify(7)</c>), or that something was mounted or unmounted anywhere
/// (<c>proc_pid_mountinfo(5)</c>), and not which: whoever is woken looks. One thread at a time may use it.
/// </summary>
internal sealed unsafe partial class DirectoryWatch : IDisposable
{
    private const int IN_NONBLOCK = 0x800;
    private const int IN_CLOEXEC = 0x80000;
    private const uint IN_MOVED_FROM = 0x40;
    private const uint IN_MOVED_TO = 0x80;
    private const uint IN_CREATE = 0x100;
    private const uint IN_DELETE = 0x200;
    private const uint IN_DELETE_SELF = 0x400;
    private const uint IN_MOVE_SELF = 0x800;
    private const uint IN_ONLYDIR = 0x1000000;

    private const uint Changes = IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

    private readonly SafeDescriptor _entries;
    private readonly SafeDescriptor _mounts;
    private readonly byte[] _buffer = new byte[4096];

    /// <exception cref="SystemCallException">The user has too many watches (EMFILE), or there is no /proc.</exception>
    public DirectoryWatch()
    {
        var opened = new Stack<IDisposable>();
        try
        {
            opened.Push(_entries = CreateNotifier());
            opened.Push(_mounts = Libc.OpenForReading("/proc/self/mountinfo"));
            opened.Push(Descriptor = Libc.CreateEpoll());
            Libc.AddToEpoll(Descriptor, _entries, 0);
            // Always readable; what has changed is told as urgent.
            Libc.AddUrgentToEpoll(Descriptor, _mounts, 1);
        }
        catch
        {
            while (opened.TryPop(out var resource))
                resource.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Is readable when something has changed. That a mount has changed is told once: whoever begins to wait for the descriptor
    /// looks before, and again right after.
    /// </summary>
    public SafeDescriptor Descriptor { get; }

    /// <summary>Watches a directory; again and again does no harm, and finds one that has taken the place of another.</summary>
    /// <returns>Whether there is such a directory.</returns>
    /// <exception cref="SystemCallException">The user has too many watches (ENOSPC), or may not read the directory.</exception>
    public bool TryAdd(string directory)
    {
        fixed (byte* path = Encoding.UTF8.GetBytes(directory + '\0'))
        {
            if (inotify_add_watch(_entries.Number, path, Changes) >= 0)
                return true;
        }

        var error = new Errno(Marshal.GetLastPInvokeError());
        return error == Errno.NotFound || error == Errno.NotDirectory
            ? false
            : throw new SystemCallException($"watch {directory}", error);
    }

    /// <summary>Takes what there is to be read, so that the descriptor becomes readable with the next change.</summary>
    public void Clear()
    {
        Span<ulong> ready = stackalloc ulong[2];
        Libc.WaitForEpoll(Descriptor, ready, TimeSpan.Zero);
        fixed (byte* start = _buffer)
        {
            while ((long)LibC.read(_entries.Number, start, _buffer.Length) > 0)
            {
            }
        }
    }

    public void Dispose()
    {
        Descriptor.Dispose();
        _mounts.Dispose();
        _entries.Dispose();
    }

    private static SafeDescriptor CreateNotifier()
    {
        var descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        return descriptor >= 0
            ? new SafeDescriptor(descriptor)
            : throw new SystemCallException("make a watch of directories", new Errno(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_add_watch(int watcher, byte* path, uint mask);
}
