using System.Text.Json;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Reads the configuration file: JSON, in which comments and trailing commas are welcome.</summary>
internal static class ConfigurationFile
{
    // Thousands of roles and bindings fit.
    private const int LongestFile = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly JsonReaderOptions LenientReader = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads a file into settings.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Receives what the file sets.</param>
    /// <param name="violations">Receives what is wrong, each with the file's name.</param>
    /// <exception cref="ConfigurationException">The file cannot be read, or is no JSON.</exception>
    public static void Read(string path, SettingsBuilder settings, ICollection<string> violations)
    {
        if (path.Length == 0)
            throw new ConfigurationException("the configuration file has no name");
        try
        {
            var content = BoundedFile.Read(path, LongestFile);
            using var document = JsonDocument.Parse(content, Lenient);
            RequireTexts(content, path);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                ReadObject(document.RootElement, "", settings, Report);
                if (document.RootElement.TryGetProperty(ConfigurationKey.Roles.Name, out var roles))
                    settings.Roles = RolesSetting.Read(roles, content, Report);
                if (document.RootElement.TryGetProperty("access", out var access) && access.ValueKind == JsonValueKind.Object
                    && access.TryGetProperty("bindings", out var bindings))
                {
                    settings.AccessBindings = new AccessBindingsSetting(content, Report).Read(bindings);
                }
            }
            else
            {
                Report("must hold a JSON object");
            }
        }
        catch (JsonException exception)
        {
            throw new ConfigurationException($"{path} is not JSON: line {exception.LineNumber + 1}: {FirstSentence(exception.Message)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the configuration file cannot be read: {exception.Message}");
        }

        void Report(string problem) => violations.Add($"{path}: {problem}");
    }

    // JSON can spell what is no text: with bytes that are not UTF-8, and with one half of what only two are a letter.
    private static void RequireTexts(ReadOnlySpan<byte> content, string path)
    {
        var reader = new Utf8JsonReader(content, LenientReader);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                var line = 1 + content[..(int)reader.TokenStartIndex].Count((byte)'\n');
                throw new ConfigurationException($"{path} is not JSON: line {line}: there stands a text that is not Unicode");
            }
        }
    }

    private static void ReadObject(JsonElement element, string prefix, SettingsBuilder settings, Action<string> report)
    {
        var seen = new HashSet<string>();
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (!seen.Add(name))
                report($"\"{name}\" stands there twice");
            else if (ConfigurationKey.All.FirstOrDefault(known => known.Name == name) is { } key)
                ReadValue(property.Value, key, settings, report);
            else if (!ConfigurationKey.All.Any(known => known.Name.StartsWith($"{name}.", StringComparison.Ordinal)))
                report($"\"{name}\" is no setting; the nearest is \"{Nearest(name)}\"");
            else if (property.Value.ValueKind == JsonValueKind.Object)
                ReadObject(property.Value, $"{name}.", settings, report);
            else
                report($"\"{name}\" must be an object");
        }
    }

    private static void ReadValue(JsonElement value, ConfigurationKey key, SettingsBuilder settings, Action<string> report)
    {
        if (key == ConfigurationKey.Roles || key == ConfigurationKey.AccessBindings)
            return; // They are objects, and read on their own.

        if (key.IsList)
        {
            if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
                settings.SetList(key, [.. value.EnumerateArray().Select(item => item.GetString()!)]);
            else
                report($"\"{key.Name}\" must be a list of texts");
        }
        else if (key.IsSwitch)
        {
            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                settings.Set(key, value.GetRawText());
            else
                report($"\"{key.Name}\" must be true or false");
        }
        else if (value.ValueKind == JsonValueKind.String)
        {
            settings.Set(key, value.GetString()!);
        }
        else if (value.ValueKind == JsonValueKind.Number)
        {
            settings.Set(key, value.GetRawText());
        }
        else
        {
            report($"\"{key.Name}\" must be a text or a number");
        }
    }

    private static string Nearest(string name)
        => ConfigurationKey.All.MinBy(known => Distance(name, known.Name))!.Name;

    // The last part alone counts as well, for a key that stands at the wrong place.
    private static int Distance(string wrong, string right)
        => Math.Min(EditDistance.Between(wrong, right), EditDistance.Between(wrong, right[(right.LastIndexOf('.') + 1)..]));

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
