using System.Text;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Processes;

/// <summary>
/// Finds the paths of cgroups (version 2) by their ids, which are the inodes of their directories. Any thread may call it.
/// </summary>
/// <remarks>
/// What is known is remembered, and what is not is looked for by walking over all cgroups, which takes some 20 µs for each.
/// An id is never used twice and a socket never is in a cgroup younger than itself, so an id that was looked for in vain is
/// one of a cgroup that is deleted, or outside the cgroup namespace: it is never looked for again.
/// </remarks>
public sealed class Cgroups
{
    /// <summary>How much time at least is between one walk and the next.</summary>
    public static readonly TimeSpan WalkInterval = TimeSpan.FromSeconds(1);

    // A bound for the memory that ids of deleted cgroups take: past it they may cost a walk again.
    private const int MostMissing = 4096;

    private readonly Lock _guard = new();
    private readonly string _mounts;
    private readonly TimeProvider _time;
    private readonly HashSet<ulong> _missing = [];
    private Dictionary<ulong, string> _paths = [];
    private long? _walked;

    /// <summary>Makes a finder that knows nothing yet.</summary>
    /// <param name="time">What it reads the time from.</param>
    public Cgroups(TimeProvider time)
        : this(time, "/proc/self/mountinfo")
    {
    }

    internal Cgroups(TimeProvider time, string mounts)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _mounts = mounts;
    }

    /// <summary>How often all cgroups were walked over.</summary>
    internal int Walks { get; private set; }

    /// <summary>Finds the path of a cgroup.</summary>
    /// <param name="id">Its id, as sock_diag tells it.</param>
    /// <returns>
    /// The path; one that was found before may be deleted by now. None when there is no cgroup of this id, or no cgroup2 is
    /// mounted. Not known when the id is new and the last walk was less than <see cref="WalkInterval"/> ago: then another call,
    /// later, finds out.
    /// </returns>
    public CgroupAnswer FindPath(ulong id)
    {
        lock (_guard)
        {
            if (_paths.TryGetValue(id, out var path))
                return new CgroupAnswer(Known: true, path);
            if (_missing.Contains(id))
                return new CgroupAnswer(Known: true, Path: null);
            if (_walked is { } walked && _time.GetElapsedTime(walked) < WalkInterval)
                return default;

            Walk();
            if (_paths.TryGetValue(id, out path))
                return new CgroupAnswer(Known: true, path);
            if (_missing.Count == MostMissing)
                _missing.Clear();
            _missing.Add(id);
            return new CgroupAnswer(Known: true, Path: null);
        }
    }

    private void Walk()
    {
        _walked = _time.GetTimestamp();
        Walks++;
        _paths = [];
        if (CgroupMount.Find(_mounts) is not { } mount)
            return;

        var pending = new Stack<string>(["/"]);
        while (pending.TryPop(out var path))
        {
            var directory = mount.Directory + (path == "/" ? "" : path);
            if (Libc.FindIdentity(directory) is not { } identity)
                continue; // Deleted meanwhile.
            _paths[identity.Inode] = mount.PathOf(path);
            using var entries = new DirectoryReader(Encoding.UTF8.GetBytes(directory + '\0'));
            while (entries.MoveNext())
            {
                if (entries.IsDirectory)
                    pending.Push(Path.Join(path, Encoding.UTF8.GetString(entries.Name)));
            }
        }
    }
}
