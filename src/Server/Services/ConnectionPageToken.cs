using System.Globalization;
using System.Text;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Where a page of connections ended.</summary>
/// <param name="Namespace">The namespace of its last connection.</param>
/// <param name="Id">The id of its last connection.</param>
/// <param name="Token">The token of its last connection.</param>
internal sealed record ConnectionPageToken(string Namespace, ulong Id, uint Token)
{
    public static ConnectionPageToken After(Connection last) => new(last.Namespace, last.Id, last.Token);

    /// <summary>Reads a token of a request.</summary>
    /// <returns>Null for the first page, or when the text is not a token.</returns>
    public static ConnectionPageToken? Read(string text, RequestViolations violations)
    {
        if (text.Length == 0)
            return null;
        var parts = Decode(text)?.Split(' ', 3) ?? [];
        if (parts.Length == 3
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var token))
        {
            return new ConnectionPageToken(parts[2], id, token);
        }

        violations.Add("page_token", "must be the next_page_token of an earlier page");
        return null;
    }

    /// <summary>True when a connection comes after this place in the order of lists.</summary>
    public bool IsBefore(Connection connection)
    {
        var order = string.CompareOrdinal(Namespace, connection.Namespace);
        return order != 0 ? order < 0 : (Id, Token).CompareTo((connection.Id, connection.Token)) < 0;
    }

    public override string ToString()
        => Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id} {Token} {Namespace}")));

    private static string? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
