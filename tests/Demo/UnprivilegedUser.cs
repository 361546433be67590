using System.Globalization;

namespace Mptcp.ControlPlane.Demo;

/// <summary>
/// Who the controller runs as. Where the demo was started by root that is <c>nobody</c>; an ordinary user's namespaces have one user id
/// only, its own, and there the controller is that user without a single capability and without a way to gain any.
/// </summary>
/// <param name="User">The user id.</param>
/// <param name="Group">The group id; the daemon gives its socket to this group.</param>
sealed record UnprivilegedUser(uint User, uint Group)
{
    const uint Nobody = 65534;

    static readonly string[] NoPrivileges = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"];

    /// <summary>The least privileged user there is here.</summary>
    public static UnprivilegedUser Find() =>
        IsMapped("/proc/self/uid_map") && IsMapped("/proc/self/gid_map") ? new(Nobody, Nobody) : new(0, 0);

    /// <summary>The arguments with which setpriv(1) becomes this user and runs a command.</summary>
    public IEnumerable<string> RunArguments(params IEnumerable<string> command)
    {
        // Changing the user clears the wish to be killed with the demo, which the lab gives every process.
        string[] identity = User == Nobody ? [$"--reuid={User}", $"--regid={Group}", "--clear-groups"] : [];
        return [.. identity, .. NoPrivileges, "--pdeathsig", "KILL", "--", .. command];
    }

    // user_namespaces(7): "FIRST-INSIDE FIRST-OUTSIDE COUNT"
    static bool IsMapped(string map) =>
        File.ReadLines(map)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(fields => (First: Number(fields[0]), Count: Number(fields[2])))
            .Any(range => Nobody >= range.First && Nobody - range.First < range.Count);

    static uint Number(string field) => uint.Parse(field, CultureInfo.InvariantCulture);
}
