using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Hosting.Configuration;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Reads the fields of one object. What is wrong is noted, and its default taken.</summary>
internal sealed class FieldReader
{
    private readonly YamlNode _node;
    private readonly DocumentViolations _violations;
    private readonly Dictionary<string, YamlNode> _values = [];

    /// <param name="node">The object.</param>
    /// <param name="keys">The keys that it may have.</param>
    /// <param name="violations">Receives what is wrong.</param>
    public FieldReader(YamlNode node, string[] keys, DocumentViolations violations)
    {
        _node = node;
        _violations = violations;
        if (node.Fields is null && violations.IsRead(node.Path))
            violations.Add(node, $"must be an object with keys such as {keys[0]}, and {node.Kind}");
        foreach (var field in node.Fields ?? [])
            _values.Add(field.Name, field.Value);
        foreach (var field in node.Fields ?? [])
        {
            if (!keys.Contains(field.Name))
                RefuseKey(field, keys);
        }
    }

    /// <summary>Whether there is such a field.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether there is nothing behind a key.</summary>
    public bool IsEmpty(string key) => Find(key) is { IsNull: true };

    /// <summary>Reads a scalar.</summary>
    public T Read<T>(string key, T otherwise, ScalarReader<T> reader)
        => Find(key) is { } value ? ReadScalar(value, otherwise, reader) : otherwise;

    /// <summary>Reads a scalar that must be there.</summary>
    public T Require<T>(string key, T otherwise, ScalarReader<T> reader)
    {
        var path = _node.Path.Length == 0 ? key : $"{_node.Path}.{key}";
        if (Find(key) is null && _violations.IsRead(path))
        {
            _violations.Add(_node.Line, _node.Column, path, "is required");
            _violations.Doubt(path);
        }

        return Read(key, otherwise, reader);
    }

    /// <summary>Reads a list of scalars, or one.</summary>
    public ImmutableArray<T> List<T>(string key, T otherwise, ScalarReader<T> reader)
        => Find(key) is { } value ? [.. (value.Items ?? [value]).Select(item => ReadScalar(item, otherwise, reader))] : [];

    /// <summary>Reads a list of texts, or one.</summary>
    public ImmutableArray<string> Texts(string key) => List<string>(key, "", ScalarText.Text);

    /// <summary>Reads an object.</summary>
    public T Object<T>(string key, T otherwise, Func<YamlNode, T> read) => Find(key) is { } value ? read(value) : otherwise;

    /// <summary>Reads a list of objects.</summary>
    public ImmutableArray<T> Objects<T>(string key, Func<YamlNode, T> read)
    {
        if (Find(key) is not { } value)
            return [];
        if (value.Items is null && _violations.IsRead(value.Path))
            _violations.Add(value, $"must be a list of objects, and {value.Kind}");
        return [.. (value.Items ?? []).Select(read)];
    }

    private YamlNode? Find(string key) => _values.GetValueOrDefault(key);

    private T ReadScalar<T>(YamlNode node, T otherwise, ScalarReader<T> reader)
    {
        if (!_violations.IsRead(node.Path))
            return otherwise;
        if (node.Scalar is not { } text || node.IsNull)
        {
            _violations.Add(node, node.IsNull ? "must have a value, or be left out" : $"must be a single value, and {node.Kind}");
            return otherwise;
        }

        var problem = reader(text, out var value);
        if (problem is null)
            return value;
        _violations.Add(node, problem);
        return otherwise;
    }

    private void RefuseKey(YamlField field, string[] keys)
    {
        var nearest = EditDistance.Nearest(Quoting.Plain(field.Name), keys);
        _violations.Add(field.Key, $"is no key of that object; the nearest is \"{nearest}\"");
        if (!Has(nearest))
            _violations.Doubt(_node.Path.Length == 0 ? nearest : $"{_node.Path}.{nearest}");
    }
}
