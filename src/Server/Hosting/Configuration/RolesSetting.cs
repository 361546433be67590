using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>
/// Reads the roles of the configuration file as the policies' are read: JSON is YAML, so that the same is right there and wrong
/// there, in the same words.
/// </summary>
internal static class RolesSetting
{
    // JSON begins no array that is the value of "roles" further left than this is long.
    private const string Opening = "{roles:";

    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Allow };

    /// <summary>Reads the roles.</summary>
    /// <param name="value">What stands behind the key.</param>
    /// <param name="content">The whole file, in which that stands.</param>
    /// <param name="report">Receives what is wrong, with its line and column in the file.</param>
    public static IReadOnlyList<Role> Read(JsonElement value, ReadOnlySpan<byte> content, Action<string> report)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            report($"\"{ConfigurationKey.Roles}\" must be a list of objects");
            return [];
        }

        try
        {
            return PolicyDocumentReader.Read(DocumentOf(JsonMarshal.GetRawUtf8Value(value), content)).Roles;
        }
        catch (PolicyDocumentException exception)
        {
            foreach (var violation in exception.Violations)
                report(violation.ToString());
            return [];
        }
    }

    // A document in which the roles stand at the line and the column at which they stand in the file.
    private static string DocumentOf(ReadOnlySpan<byte> roles, ReadOnlySpan<byte> content)
    {
        content.Overlaps(roles, out var place);
        var before = content[..place];
        var lines = before.Count((byte)'\n');
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]);
        var blanks = lines == 0 ? column - Opening.Length : column;
        return $"{Opening}{new string('\n', lines)}{new string(' ', blanks)}{WithoutComments(roles)}}}";
    }

    // YAML takes everything that JSON has, but not the comments.
    private static string WithoutComments(ReadOnlySpan<byte> json)
    {
        var plain = new StringBuilder();
        var copied = 0;
        var reader = new Utf8JsonReader(json, Lenient);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Comment)
                continue;
            var (first, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
            plain.Append(Encoding.UTF8.GetString(json[copied..first]));
            foreach (var letter in Encoding.UTF8.GetString(json[first..end]))
                plain.Append(letter == '\n' ? letter : ' ');
            copied = end;
        }

        return plain.Append(Encoding.UTF8.GetString(json[copied..])).ToString();
    }
}
