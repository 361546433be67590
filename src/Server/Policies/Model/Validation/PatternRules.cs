using System.Text;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>What can be a pattern of which names: each rule returns what is wrong, or null.</summary>
internal static class PatternRules
{
    // IFNAMSIZ and TASK_COMM_LEN are 16, of which the last is for the zero.
    private const int LongestName = 15;

    /// <summary>Interfaces: what the kernel's dev_valid_name() takes.</summary>
    public static string? ForInterface(string pattern)
        => ForAny(pattern)
        ?? (pattern.Any(char.IsWhiteSpace) || pattern.AsSpan().ContainsAny('/', ':')
            ? $"must be without spaces, \"/\" and \":\", which no interface's name has, and is \"{pattern}\"" : null)
        ?? ForLength(pattern, "interfaces");

    /// <summary>Namespaces: their names, or the paths that name them.</summary>
    public static string? ForNamespace(string pattern) => ForAny(pattern);

    /// <summary>Cgroups: paths from the root of their hierarchy.</summary>
    public static string? ForCgroup(string pattern)
    {
        if (ForAny(pattern) is { } problem)
            return problem;
        if (pattern[0] is not ('/' or '*' or '?'))
            return $"must begin with \"/\", as the paths of cgroups do, and is \"{pattern}\"";
        return pattern.Length > 1 && pattern[^1] == '/' ? $"must be without a \"/\" at the end, and is \"{pattern}\"" : null;
    }

    /// <summary>Commands: what <c>/proc/PID/comm</c> can say.</summary>
    public static string? ForCommand(string pattern) => ForAny(pattern) ?? ForLength(pattern, "commands");

    private static string? ForAny(string pattern)
    {
        if (string.IsNullOrWhiteSpace(pattern))
            return "must be a name or a pattern with * and ?, and is empty";
        return pattern.Any(char.IsControl) ? "must be without control characters" : null;
    }

    private static string? ForLength(string pattern, string what)
        => Encoding.UTF8.GetByteCount(pattern) - pattern.AsSpan().Count('*') is > LongestName and var length
            ? $"must be for names of at most {LongestName} bytes, as {what} have them, and asks for {length}: \"{pattern}\""
            : null;
}
