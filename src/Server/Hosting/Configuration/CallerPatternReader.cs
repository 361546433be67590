using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Reads whom a binding is for.</summary>
internal static class CallerPatternReader
{
    private const string User = "user:";
    private const string Group = "group:";
    private const string Dns = "dns:";
    private const string Subject = "subject:";

    // Names that certificates and tokens prove. Those of DNS know no case.
    private static readonly string[] Proved = ["spiffe://", Dns, Subject, "token:"];

    /// <summary>Reads one.</summary>
    /// <param name="text">As the configuration has it.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="report">Receives what is wrong.</param>
    /// <returns>Null where something is wrong.</returns>
    public static CallerPattern? Read(string text, string path, Action<string> report)
    {
        if (text == RemoteCaller.Anonymous)
            return new CallerPattern.Unproved();
        if (text.StartsWith(User, StringComparison.Ordinal))
            return Accounts.FindUser(text[User.Length..]) is { } user ? new CallerPattern.User(user) : Refuse($"there is no user \"{text[User.Length..]}\"");
        if (text.StartsWith(Group, StringComparison.Ordinal))
            return Accounts.FindGroup(text[Group.Length..]) is { } group ? new CallerPattern.Group(group) : Refuse($"there is no group \"{text[Group.Length..]}\"");
        // A wildcard would take an attribute's end for a part of its value.
        if (text.StartsWith(Subject, StringComparison.Ordinal) && text.IndexOfAny(['*', '?']) is >= 0 and var wild && wild < text.Length - 1)
            return Refuse($"may have a wildcard at the end of a subject alone, and is \"{text}\"");
        if (Proved.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length))
            return new CallerPattern.Name(text.StartsWith(Dns, StringComparison.Ordinal) ? text.ToLowerInvariant() : text);
        return Refuse(
            $"must be user:NAME, group:NAME, {string.Join("…, ", Proved)}… or {RemoteCaller.Anonymous}, and is \"{text}\"");

        CallerPattern? Refuse(string problem)
        {
            report($"{path}: {problem}");
            return null;
        }
    }
}
