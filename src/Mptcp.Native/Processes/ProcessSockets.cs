using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Processes;

/// <summary>
/// Finds which processes hold sockets, by the links <c>socket:[INODE]</c> of <c>/proc/PID/fd</c> (<c>proc_pid_fd(5)</c>).
/// </summary>
/// <remarks>
/// A process of the same user is seen, unless it has capabilities that this one lacks or is not dumpable. To see every
/// process takes CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, both. Processes outside the PID namespace that /proc shows, or that
/// a /proc mounted with <c>hidepid</c> hides, are never seen.
/// </remarks>
public static class ProcessSockets
{
    // "socket:[4294967295]" has 19 bytes; a target that is cut is none of a socket.
    private const int LongestLink = 32;
    private const int LongestPath = 256;
    private const int LongestCommand = 64;

    /// <summary>Finds the holders of sockets, in one pass over all processes that ends when each socket's is found.</summary>
    /// <param name="inodes">The inodes of the sockets, as sock_diag tells them; 0 is nobody's.</param>
    /// <returns>
    /// The holder by the inode, the process of the lowest number where several hold a socket. A socket is missing when no
    /// process holds it, or none that this one may look into.
    /// </returns>
    public static IReadOnlyDictionary<uint, SocketHolder> Find(IEnumerable<uint> inodes) => Find(inodes, "/proc");

    internal static IReadOnlyDictionary<uint, SocketHolder> Find(IEnumerable<uint> inodes, string proc)
    {
        ArgumentNullException.ThrowIfNull(inodes);
        var wanted = new HashSet<uint>(inodes);
        wanted.Remove(0);
        var found = new Dictionary<uint, SocketHolder>(wanted.Count);
        if (wanted.Count == 0)
            return found;

        foreach (var process in ListProcesses(proc))
        {
            Search(proc, process, wanted, found);
            if (wanted.Count == 0)
                break;
        }

        return found;
    }

    private static List<int> ListProcesses(string proc)
    {
        var processes = new List<int>();
        using var entries = new DirectoryReader(Encoding.UTF8.GetBytes(proc + '\0'));
        while (entries.MoveNext())
        {
            if (int.TryParse(entries.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var process))
                processes.Add(process);
        }

        processes.Sort();
        return processes;
    }

    private static void Search(string proc, int process, HashSet<uint> wanted, Dictionary<uint, SocketHolder> found)
    {
        Span<byte> path = stackalloc byte[LongestPath];
        Span<byte> link = stackalloc byte[LongestLink];
        Write(path, proc, process, "fd");
        using var descriptors = new DirectoryReader(path);
        SocketHolder? holder = null;
        while (wanted.Count > 0 && descriptors.MoveNext())
        {
            var length = Libc.ReadLink(descriptors.Descriptor, descriptors.Name, link, out var error);
            if (error == Errno.NotFound)
                continue; // Closed meanwhile.
            if (error is not null)
                return; // The process is gone (ESRCH), or none of its links is for this one (EACCES).
            if (!TryReadInode(link[..length], out var inode) || !wanted.Contains(inode))
                continue;

            holder ??= ReadHolder(proc, process);
            if (holder is null)
                return;
            wanted.Remove(inode);
            found.Add(inode, holder);
        }
    }

    private static bool TryReadInode(ReadOnlySpan<byte> link, out uint inode)
    {
        inode = 0;
        return link.StartsWith("socket:["u8) && link[^1] == ']'
            && uint.TryParse(link["socket:[".Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out inode);
    }

    // Null when the process has ended meanwhile.
    private static SocketHolder? ReadHolder(string proc, int process)
    {
        Span<byte> path = stackalloc byte[LongestPath];
        Span<byte> command = stackalloc byte[LongestCommand];
        Write(path, proc, process, "comm");
        var length = Libc.ReadFile(path, command, out var error);
        return error is null ? new SocketHolder(process, Encoding.UTF8.GetString(command[..length]).Trim()) : null;
    }

    private static void Write(Span<byte> path, string proc, int process, string file)
    {
        if (!Utf8.TryWrite(path, $"{proc}/{process}/{file}\0", out _))
            throw new PathTooLongException($"{proc} is too long a path");
    }
}
