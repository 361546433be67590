using System.Collections.Immutable;
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
    public static ImmutableArray<Role> Read(JsonElement value, ReadOnlySpan<byte> content, Action<string> report)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            report($"\"{ConfigurationKey.Roles}\" must be a list of objects");
            return [];
        }

        return Read(value, content, Opening, "}", violation => report(violation.ToString())) ?? [];
    }

    /// <summary>Reads the connections that a binding is for, which are stated as those are that a role reaches.</summary>
    /// <param name="value">What stands behind the key.</param>
    /// <param name="path">The key, with what it is in.</param>
    /// <param name="content">The whole file, in which that stands.</param>
    /// <param name="report">Receives what is wrong, with its line and column in the file.</param>
    public static PolicyMatch? ReadScope(JsonElement value, string path, ReadOnlySpan<byte> content, Action<string> report)
    {
        const string Place = "roles[0].scope";
        var roles = Read(value, content, "{roles: [{name: access, scope: ", "}]}", violation
            => report((violation with { Path = violation.Path.Replace(Place, path, StringComparison.Ordinal) }).ToString()));
        return roles?[0].Scope;
    }

    private static ImmutableArray<Role>? Read(
        JsonElement value, ReadOnlySpan<byte> content, string opening, string end, Action<PolicyViolation> report)
    {
        try
        {
            return PolicyDocumentReader.Read(DocumentOf(JsonMarshal.GetRawUtf8Value(value), content, opening, end)).Roles;
        }
        catch (PolicyDocumentException exception)
        {
            foreach (var violation in exception.Violations)
                report(violation);
            return null;
        }
    }

    // A document in which a value stands at the line at which it stands in the file, and at the column, unless what it needs before it
    // is longer.
    private static string DocumentOf(ReadOnlySpan<byte> value, ReadOnlySpan<byte> content, string opening, string end)
    {
        content.Overlaps(value, out var place);
        var before = content[..place];
        var lines = before.Count((byte)'\n');
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]);
        var blanks = lines == 0 ? Math.Max(0, column - opening.Length) : column;
        return $"{opening}{new string('\n', lines)}{new string(' ', blanks)}{WithoutComments(value)}{end}";
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
