using System.Text;

namespace Mptcp.Native.Processes;

/// <summary>Where the cgroup2 hierarchy is mounted.</summary>
/// <param name="Directory">The directory that it is mounted on.</param>
/// <param name="Root">Which of its cgroups is there: "/", or another where only a part of the hierarchy is mounted.</param>
internal sealed record CgroupMount(string Directory, string Root)
{
    /// <summary>Finds the mount in a list of them (<c>proc_pid_mountinfo(5)</c>): the last of the whole hierarchy, else the last of a part.</summary>
    /// <returns>Null when there is none, or no list.</returns>
    public static CgroupMount? Find(string mounts)
    {
        CgroupMount? whole = null, part = null;
        foreach (var line in ReadLines(mounts))
        {
            // "ID PARENT MAJOR:MINOR ROOT DIRECTORY OPTIONS… - TYPE SOURCE OPTIONS"
            var fields = line.Split(' ');
            var end = Array.IndexOf(fields, "-");
            if (end < 5 || end + 1 >= fields.Length || fields[end + 1] != "cgroup2")
                continue;
            var mount = new CgroupMount(Unescape(fields[4]), Unescape(fields[3]));
            if (mount.Root == "/")
                whole = mount;
            else
                part = mount;
        }

        return whole ?? part;
    }

    /// <summary>The path in the hierarchy of a cgroup that is at a path below <see cref="Directory"/>, which begins with a slash.</summary>
    public string PathOf(string path)
    {
        if (Root == "/")
            return path;
        return path == "/" ? Root : Root + path;
    }

    private static string[] ReadLines(string mounts)
    {
        try
        {
            return File.ReadAllLines(mounts);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Without /proc nobody tells.
            return [];
        }
    }

    // Blanks, line ends and backslashes come as "\040": three octal digits.
    private static string Unescape(string field)
    {
        var first = field.IndexOf('\\', StringComparison.Ordinal);
        if (first < 0)
            return field;
        var result = new StringBuilder(field, 0, first, field.Length);
        for (var i = first; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length)
            {
                result.Append((char)(((field[i + 1] - '0') << 6) + ((field[i + 2] - '0') << 3) + (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(field[i]);
            }
        }

        return result.ToString();
    }
}
