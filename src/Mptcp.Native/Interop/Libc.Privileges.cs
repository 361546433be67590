using System.Runtime.InteropServices;
using System.Text;

namespace Mptcp.Native.Interop;

/// <summary>Users, groups and capabilities of the calling thread, and the start of another program in this one's place.</summary>
internal static unsafe partial class Libc
{
    // include/uapi/linux/prctl.h
    private const int PR_SET_KEEPCAPS = 8;
    private const int PR_CAPBSET_DROP = 24;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int PR_CAP_AMBIENT = 47;
    private const int PR_CAP_AMBIENT_RAISE = 2;
    private const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private const uint LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    public static void DropFromBoundingSet(int capability)
        => Check(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), $"drop the capability {capability} from the bounding set");

    public static void ClearAmbientSet() => Check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "clear the ambient capabilities");

    public static void RaiseInAmbientSet(int capability)
        => Check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0), $"make the capability {capability} ambient");

    public static void ForbidNewPrivileges() => Check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "forbid new privileges");

    public static void SetGroups(IReadOnlyList<uint> groups)
    {
        var all = groups.ToArray();
        fixed (uint* start = all)
            Check(setgroups(all.Length, start), $"become a member of the groups {string.Join(", ", groups)}");
    }

    /// <summary>Changes user and group for good; the capabilities stay permitted.</summary>
    public static void BecomeUser(uint user, uint group)
    {
        Check(setresgid(group, group, group), $"become the group {group}");
        Check(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep capabilities over a change of the user");
        Check(setresuid(user, user, user), $"become the user {user}");
    }

    /// <summary>Makes the calling thread's permitted, effective and inheritable capabilities these.</summary>
    public static void SetCapabilities(ulong capabilities)
    {
        // struct __user_cap_header_struct; then two of struct __user_cap_data_struct: the lower halves of all sets, and the upper ones.
        var header = stackalloc uint[] { LINUX_CAPABILITY_VERSION_3, 0 };
        var (low, high) = ((uint)capabilities, (uint)(capabilities >> 32));
        var data = stackalloc uint[] { low, low, low, high, high, high };
        Check(capset(header, data), "reduce the capabilities");
    }

    /// <summary>Starts a program in this one's place (<c>execve(2)</c>). It returns only with an exception.</summary>
    public static void Execute(string program, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment)
    {
        var texts = new List<nint>();
        try
        {
            fixed (byte* path = Encoding.UTF8.GetBytes(program + '\0'))
            fixed (nint* argumentList = Pointers(arguments, texts))
            fixed (nint* environmentList = Pointers(environment, texts))
                Check(execve(path, argumentList, environmentList), $"start {program}");
        }
        finally
        {
            texts.ForEach(Marshal.FreeHGlobal);
        }
    }

    // Ends with a null, as its texts end with a zero.
    private static nint[] Pointers(IReadOnlyList<byte[]> all, List<nint> allocated)
    {
        var pointers = new nint[all.Count + 1];
        for (var i = 0; i < all.Count; i++)
        {
            allocated.Add(pointers[i] = Marshal.AllocHGlobal(all[i].Length + 1));
            Marshal.Copy(all[i], 0, pointers[i], all[i].Length);
            ((byte*)pointers[i])[all[i].Length] = 0;
        }

        return pointers;
    }

    private static void Check(int result, string attempt)
    {
        if (result != 0)
            throw new SystemCallException(attempt, new Errno(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint one, nint two, nint three, nint four);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setgroups(nint count, uint* groups);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setresgid(uint real, uint effective, uint saved);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setresuid(uint real, uint effective, uint saved);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(uint* header, uint* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int execve(byte* path, nint* arguments, nint* environment);
}
