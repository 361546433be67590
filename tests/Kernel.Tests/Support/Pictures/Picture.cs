using System.Globalization;

namespace Mptcp.Kernel.Tests.Support.Pictures;

/// <summary>
/// Connections with their subflows as somebody knows them at one moment: the daemon, whoever followed its stream, or the kernel itself.
/// All of it is text by name, so that two pictures are compared field by field whoever drew them.
/// </summary>
sealed class Picture
{
    /// <summary>Stands for what whoever drew the picture cannot know; it equals everything.</summary>
    public const string Unknown = "?";

    const int MostTold = 20;

    readonly Dictionary<ConnectionName, SortedDictionary<string, string>> _connections = [];

    /// <summary>The connections that are in it.</summary>
    public IEnumerable<ConnectionName> Connections => _connections.Keys;

    /// <summary>How many connections there are.</summary>
    public int Count => _connections.Count;

    /// <summary>How many fields in all, which is what a comparison compares.</summary>
    public int Fields => _connections.Values.Sum(fields => fields.Count);

    /// <summary>Adds a connection.</summary>
    /// <exception cref="ArgumentException">It is there already, or a field is.</exception>
    public void Add(ConnectionName name, IEnumerable<(string Field, object? Value)> fields)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in fields)
            texts.Add(field, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        _connections.Add(name, texts);
    }

    /// <summary>The connections that a condition holds of.</summary>
    public Picture Where(Func<ConnectionName, bool> condition)
    {
        var some = new Picture();
        foreach (var (name, fields) in _connections.Where(connection => condition(connection.Key)))
            some._connections.Add(name, fields);
        return some;
    }

    /// <summary>A field of a connection; null when either is not there.</summary>
    public string? Find(ConnectionName name, string field) => _connections.GetValueOrDefault(name)?.GetValueOrDefault(field);

    /// <summary>How many connections have a value in a field.</summary>
    public int CountOf(string field, object value) =>
        _connections.Values.Count(fields => fields.GetValueOrDefault(field) == Convert.ToString(value, CultureInfo.InvariantCulture));

    /// <summary>How many fields of a kind of name have a value, or any when that is null.</summary>
    public int CountOfFields(Func<string, bool> kind, string? value) =>
        _connections.Values.Sum(fields => fields.Count(field => kind(field.Key) && (value is null || field.Value == value)));

    /// <summary>What differs, a line each: a connection or a field that one of the two lacks, and a value that is another.</summary>
    public IReadOnlyList<string> DifferencesFrom(Picture other)
    {
        var differences = new List<string>();
        foreach (var name in _connections.Keys.Union(other._connections.Keys).Order())
        {
            if (!other._connections.TryGetValue(name, out var theirs))
                differences.Add($"{name}: only here ({Text(_connections[name])})");
            else if (!_connections.TryGetValue(name, out var own))
                differences.Add($"{name}: only there ({Text(theirs)})");
            else
                differences.AddRange(Differences(own, theirs).Select(difference => $"{name}: {difference}"));
        }

        return differences;
    }

    /// <summary>Asserts that it is like another, and says what is not.</summary>
    /// <param name="other">The other.</param>
    /// <param name="when">When they should be alike: the beginning of the message.</param>
    public void ShouldBe(Picture other, string when)
    {
        var differences = DifferencesFrom(other);
        Assert.True(
            differences.Count == 0,
            $"{when} the pictures differ in {differences.Count} places ({Count} connections here, {other.Count} there):\n"
            + string.Join('\n', differences.Take(MostTold)));
    }

    static IEnumerable<string> Differences(SortedDictionary<string, string> own, SortedDictionary<string, string> theirs)
    {
        foreach (var field in own.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
        {
            var (here, there) = (own.GetValueOrDefault(field), theirs.GetValueOrDefault(field));
            if (here != there && here != Unknown && there != Unknown)
                yield return $"{field} is {here ?? "missing"} here, {there ?? "missing"} there";
        }
    }

    static string Text(SortedDictionary<string, string> fields) => string.Join(", ", fields.Select(field => $"{field.Key}={field.Value}"));
}
