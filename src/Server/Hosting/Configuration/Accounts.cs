using System.Globalization;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Users and groups of this host, as <c>/etc/passwd</c> and <c>/etc/group</c> list them (<c>passwd(5)</c>, <c>group(5)</c>).</summary>
internal static class Accounts
{
    private const string UserDatabase = "/etc/passwd";
    private const string GroupDatabase = "/etc/group";

    /// <summary>Finds a user's number.</summary>
    /// <param name="nameOrNumber">Its name, or its number, which need not be listed.</param>
    /// <returns>Null when there is none.</returns>
    public static uint? FindUser(string nameOrNumber) => FindId(UserDatabase, nameOrNumber);

    /// <summary>Finds a group's number.</summary>
    /// <param name="nameOrNumber">Its name, or its number, which need not be listed.</param>
    /// <returns>Null when there is none.</returns>
    public static uint? FindGroup(string nameOrNumber) => FindId(GroupDatabase, nameOrNumber);

    /// <summary>Finds a user with its group.</summary>
    /// <param name="nameOrNumber">Its name, or its number, which must be listed.</param>
    /// <returns>Null when there is none.</returns>
    // name:password:uid:gid:…
    public static DaemonUser? FindUserWithGroup(string nameOrNumber) => Read(UserDatabase)
        .Where(fields => fields.Length >= 4 && (fields[0] == nameOrNumber || fields[2] == nameOrNumber))
        .Select(fields => ReadId(fields[2]) is { } user && ReadId(fields[3]) is { } group ? new DaemonUser(fields[0], user, group) : null)
        .FirstOrDefault();

    // Both begin with name:password:number:.
    private static uint? FindId(string database, string nameOrNumber) => ReadId(nameOrNumber) ?? Read(database)
        .Where(fields => fields.Length >= 3 && fields[0].Length > 0 && fields[0] == nameOrNumber)
        .Select(fields => ReadId(fields[2]))
        .FirstOrDefault();

    private static IEnumerable<string[]> Read(string database)
        => File.Exists(database) ? File.ReadLines(database).Select(line => line.Split(':')) : [];

    private static uint? ReadId(string text)
        => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
