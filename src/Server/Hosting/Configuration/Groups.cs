using System.Globalization;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Groups of this host, as <c>/etc/group</c> lists them (<c>group(5)</c>).</summary>
internal static class Groups
{
    private const string Database = "/etc/group";

    /// <summary>Finds a group's number.</summary>
    /// <param name="nameOrNumber">Its name, or its number, which need not be listed.</param>
    /// <returns>Null when there is none.</returns>
    public static uint? Find(string nameOrNumber)
    {
        if (uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        if (nameOrNumber.Length == 0 || !File.Exists(Database))
            return null;

        // name:password:number:members
        return File.ReadLines(Database)
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 3 && fields[0] == nameOrNumber)
            .Select(fields => uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var listed) ? listed : (uint?)null)
            .FirstOrDefault();
    }
}
