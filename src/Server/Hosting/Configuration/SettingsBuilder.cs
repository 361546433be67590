using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Settings as texts, but for the roles, before they are understood: what is set later replaces what was set before.</summary>
internal sealed class SettingsBuilder
{
    private readonly Dictionary<ConfigurationKey, string> _values = [];
    private readonly Dictionary<ConfigurationKey, IReadOnlyList<string>> _lists = [];

    public IReadOnlyList<Role> Roles { get; set; } = [];

    public ImmutableArray<AccessBinding> AccessBindings { get; set; } = [];

    /// <summary>The keys, the bindings of access aside, whose settings are other ones there.</summary>
    public IEnumerable<ConfigurationKey> FindDifferences(SettingsBuilder other)
    {
        foreach (var key in ConfigurationKey.All)
        {
            if (Find(key) != other.Find(key) || !FindList(key).SequenceEqual(other.FindList(key)) || (key == ConfigurationKey.Roles && !Roles.SequenceEqual(other.Roles)))
                yield return key;
        }
    }

    public void Set(ConfigurationKey key, string value) => _values[key] = value;

    public void SetList(ConfigurationKey key, IReadOnlyList<string> values) => _lists[key] = values;

    public string? Find(ConfigurationKey key) => _values.GetValueOrDefault(key);

    public IReadOnlyList<string> FindList(ConfigurationKey key) => _lists.GetValueOrDefault(key) ?? [];
}
