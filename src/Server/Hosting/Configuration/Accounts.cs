using System.Globalization;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Users and groups of this host, as <c>/etc/passwd</c> and <c>/etc/group</c> list them (<c>passwd(5)</c>, <c>group(5)</c>).</summary>
internal static class Accounts
{
    /// <summary>Finds a user's number.</summary>
    /// <param name="nameOrNumber">Its name, or its number, which need not be listed.</param>
    /// <returns>Null when there is none.</returns>
    public static uint? FindUser(string nameOrNumber) => Find("/etc/passwd", nameOrNumber);

    /// <summary>Finds a group's number.</summary>
    /// <param name="nameOrNumber">Its name, or its number, which need not be listed.</param>
    /// <returns>Null when there is none.</returns>
    public static uint? FindGroup(string nameOrNumber) => Find("/etc/group", nameOrNumber);

    private static uint? Find(string database, string nameOrNumber)
    {
        if (uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        if (nameOrNumber.Length == 0 || !File.Exists(database))
            return null;

        // Both begin with name:password:number:.
        return File.ReadLines(database)
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 3 && fields[0] == nameOrNumber)
            .Select(fields => uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var listed) ? listed : (uint?)null)
            .FirstOrDefault();
    }
}
