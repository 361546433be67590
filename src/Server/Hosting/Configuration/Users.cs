using System.Globalization;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Users of this host, as <c>/etc/passwd</c> lists them (<c>passwd(5)</c>).</summary>
internal static class Users
{
    private const string Database = "/etc/passwd";

    /// <summary>Finds a user.</summary>
    /// <param name="nameOrNumber">The name, or the number.</param>
    /// <returns>Null when there is none.</returns>
    public static DaemonUser? Find(string nameOrNumber)
    {
        if (nameOrNumber.Length == 0 || !File.Exists(Database))
            return null;

        // name:password:uid:gid:…
        return File.ReadLines(Database)
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 4 && (fields[0] == nameOrNumber || fields[2] == nameOrNumber))
            .Select(fields => uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
                && uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var group)
                ? new DaemonUser(fields[0], user, group)
                : null)
            .FirstOrDefault();
    }
}
