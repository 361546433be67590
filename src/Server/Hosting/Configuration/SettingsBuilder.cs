using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Settings as texts, but for the roles, before they are understood: what is set later replaces what was set before.</summary>
internal sealed class SettingsBuilder
{
    private readonly Dictionary<ConfigurationKey, string> _values = [];
    private readonly Dictionary<ConfigurationKey, IReadOnlyList<string>> _lists = [];

    public IReadOnlyList<Role> Roles { get; set; } = [];

    public void Set(ConfigurationKey key, string value) => _values[key] = value;

    public void SetList(ConfigurationKey key, IReadOnlyList<string> values) => _lists[key] = values;

    public string? Find(ConfigurationKey key) => _values.GetValueOrDefault(key);

    public IReadOnlyList<string> FindList(ConfigurationKey key) => _lists.GetValueOrDefault(key) ?? [];
}
