using System.Globalization;

namespace Mptcp.Native.Privileges;

/// <summary>What a thread may do, as <c>/proc/PID/task/TID/status</c> tells.</summary>
/// <param name="UserId">Its effective user id.</param>
/// <param name="GroupId">Its effective group id.</param>
/// <param name="Groups">Its supplementary groups.</param>
/// <param name="Effective">The capabilities that it acts with.</param>
/// <param name="Permitted">Those that it may act with.</param>
/// <param name="Inheritable">Those that it may leave to programs that have them too.</param>
/// <param name="Ambient">Those that it leaves to every program.</param>
/// <param name="Bounding">Those that a program it starts can gain.</param>
/// <param name="NoNewPrivileges">Whether no program that it starts can gain any.</param>
public sealed record ThreadPrivileges(
    uint UserId, uint GroupId, IReadOnlyList<uint> Groups, CapabilitySet Effective, CapabilitySet Permitted, CapabilitySet Inheritable,
    CapabilitySet Ambient, CapabilitySet Bounding, bool NoNewPrivileges)
{
    /// <summary>Reads those of the calling thread.</summary>
    /// <exception cref="IOException">There is no /proc.</exception>
    public static ThreadPrivileges ReadOwn() => Read("/proc/thread-self/status");

    /// <summary>Reads those of a thread.</summary>
    /// <param name="path">Its file <c>status</c>.</param>
    /// <exception cref="IOException">There is no such thread, or no /proc.</exception>
    public static ThreadPrivileges Read(string path)
    {
        var fields = File.ReadLines(path)
            .Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return new ThreadPrivileges(
            Numbers("Uid")[1], Numbers("Gid")[1], Numbers("Groups"), Set("CapEff"), Set("CapPrm"), Set("CapInh"), Set("CapAmb"), Set("CapBnd"),
            Field("NoNewPrivs") == "1");

        string Field(string name) => fields.TryGetValue(name, out var value) ? value : throw new IOException($"{path} has no {name}");
        CapabilitySet Set(string name) => CapabilitySet.Parse(Field(name));
        uint[] Numbers(string name) =>
            [.. Field(name).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(text => uint.Parse(text, CultureInfo.InvariantCulture))];
    }
}
