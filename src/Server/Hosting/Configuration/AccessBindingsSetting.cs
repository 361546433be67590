using System.Collections.Immutable;
using System.Text.Json;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Reads who is given which role.</summary>
/// <param name="content">The whole file.</param>
/// <param name="report">Receives what is wrong.</param>
internal sealed class AccessBindingsSetting(byte[] content, Action<string> report)
{
    private static readonly string[] Keys = ["role", "callers", "plays", "scope"];

    /// <summary>The roles that can be given, for messages.</summary>
    public static string RoleNames { get; } = string.Join(", ", Enum.GetValues<AccessRole>().Select(AccessRefusals.NameOf));

    /// <summary>Finds a role by its name; null where there is none.</summary>
    public static AccessRole? FindRole(string name)
    {
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            if (AccessRefusals.NameOf(role) == name)
                return role;
        }

        return null;
    }

    /// <summary>Reads the bindings.</summary>
    /// <param name="value">What stands behind the key.</param>
    public ImmutableArray<AccessBinding> Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
        {
            report($"\"{ConfigurationKey.AccessBindings}\" must be a list of objects");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, index) => ReadBinding(item, $"{ConfigurationKey.AccessBindings}[{index}]"))];
    }

    private AccessBinding ReadBinding(JsonElement item, string path)
    {
        var twice = item.EnumerateObject().GroupBy(property => property.Name).Where(group => group.Count() > 1).Select(group => group.Key);
        foreach (var name in twice)
            report($"\"{path}.{name}\" stands there twice");
        foreach (var property in item.EnumerateObject().Where(property => !Keys.Contains(property.Name)))
            report($"\"{path}.{property.Name}\" is no setting; there are {string.Join(", ", Keys)}");

        var role = ReadRole(item, path);
        var callers = ReadTexts(item, path, "callers", isRequired: true);
        var plays = ReadTexts(item, path, "plays", isRequired: false);
        if (!plays.IsEmpty && role < AccessRole.Controller)
            report($"{path}.plays: a {AccessRefusals.NameOf(role)} plays no role of controllers; controllers and higher roles do");
        var scope = item.TryGetProperty("scope", out var scoped)
            ? RolesSetting.ReadScope(scoped, $"{path}.scope", content, report) ?? PolicyMatch.All
            : null;
        if (scope is { Interfaces.IsEmpty: false })
            report($"{path}.scope.interfaces: what a caller may reach cannot depend on interfaces, which change; name prefixes or namespaces");
        return new AccessBinding(role, [.. callers.Select((text, index) => CallerPatternReader.Read(text, $"{path}.callers[{index}]", report)).OfType<CallerPattern>()])
        {
            Plays = plays,
            Scope = scope,
        };
    }

    private AccessRole ReadRole(JsonElement item, string path)
    {
        if (item.TryGetProperty("role", out var name) && name.ValueKind == JsonValueKind.String && FindRole(name.GetString()!) is { } role)
            return role;
        report($"{path}.role: must be {RoleNames}");
        return AccessRole.Viewer;
    }

    private ImmutableArray<string> ReadTexts(JsonElement item, string path, string key, bool isRequired)
    {
        if (!item.TryGetProperty(key, out var list))
        {
            if (isRequired)
                report($"{path}.{key}: is required");
            return [];
        }

        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String))
            return [.. list.EnumerateArray().Select(entry => entry.GetString()!)];
        report($"{path}.{key}: must be a list of texts, of which there is at least one");
        return [];
    }
}
