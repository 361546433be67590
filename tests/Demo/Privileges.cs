namespace Mptcp.ControlPlane.Demo;

/// <summary>What the kernel lets the calling process do, as proc_pid_status(5) has it.</summary>
/// <param name="User">The effective user id, and where that is another one, whose it is outside the user namespace.</param>
/// <param name="Groups">The effective group id and the supplementary ones.</param>
/// <param name="Effective">CapEff: the capabilities in effect, as hexadecimal digits.</param>
/// <param name="Bounding">CapBnd: those that running another program could give it.</param>
sealed record Privileges(string User, string Groups, string Effective, string Bounding)
{
    /// <summary>Whether there is no capability, and none to be gained.</summary>
    public bool AreNone => (Effective + Bounding).All(digit => digit == '0');

    /// <summary>Reads those of this process.</summary>
    public static Privileges Read()
    {
        var status = File.ReadLines("/proc/self/status")
            .Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());
        var groups = $"{EffectiveId(status["Gid"])} {status["Groups"]}".Trim();
        return new Privileges(UserOf(EffectiveId(status["Uid"])), groups, status["CapEff"], status["CapBnd"]);
    }

    // user_namespaces(7): "FIRST-INSIDE FIRST-OUTSIDE COUNT". An ordinary user's namespace has one line, for one user.
    static string UserOf(string id) =>
        File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var inside, var outside, "1"]
            && inside == id && outside != id
            ? $"{id} ({outside} outside of its user namespace)"
            : id;

    // "REAL EFFECTIVE SAVED FILESYSTEM"
    static string EffectiveId(string ids) => ids.Split('\t')[1];
}
