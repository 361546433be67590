using System.Diagnostics;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Reads YAML as a tree whose nodes know their places.</summary>
/// <param name="parser">The parser.</param>
/// <param name="violations">Receives what no policy document may have.</param>
internal sealed class YamlTree(Parser parser, DocumentViolations violations)
{
    public const int MostBytes = 256 * 1024;

    public const int MostItems = 10_000;

    // Twice as deep as documents are.
    private const int Deepest = 16;

    private readonly Dictionary<string, YamlNode> _nodes = [];
    private int _items;
    private int _depth;

    /// <summary>The whole document; null when it is empty.</summary>
    public YamlNode? Root { get; private set; }

    /// <summary>Reads a text.</summary>
    /// <exception cref="PolicyDocumentException">It is too large, or no YAML.</exception>
    public static YamlTree Read(string yaml, DocumentViolations violations)
    {
        if (Encoding.UTF8.GetByteCount(yaml) is > MostBytes and var bytes)
        {
            violations.Add(0, 0, "", $"must be at most {MostBytes} bytes, and is {bytes}");
        }
        else if (IndexOfControl(yaml) is >= 0 and var place)
        {
            var before = yaml.AsSpan(0, place);
            violations.Add(1 + before.Count('\n'), place - before.LastIndexOf('\n'), "", "must be YAML, which has no control characters");
        }

        violations.ThrowIfAny();

        var tree = new YamlTree(new Parser(new StringReader(yaml)), violations);
        tree.ReadStream();
        return tree;
    }

    /// <summary>The node at a place, or what is nearest around it.</summary>
    public YamlNode? Around(string path)
    {
        for (string? whole = path; whole is not null; whole = DocumentViolations.Outer(whole))
        {
            if (_nodes.TryGetValue(whole, out var node))
                return node;
        }

        return null;
    }

    private void ReadStream()
    {
        Next();
        while (Next() is not StreamEnd)
        {
            if (parser.Current is not DocumentStart start)
                continue;
            if (Root is not null)
            {
                violations.Add((int)start.Start.Line, (int)start.Start.Column, "", "must be one YAML document, and here begins another");
                violations.ThrowIfAny();
            }

            Next();
            Root = ReadNode("");
        }
    }

    // The current event begins the node; when it is read, the current event is its last.
    private YamlNode ReadNode(string path)
    {
        var start = parser.Current!;
        var node = new YamlNode(path, (int)start.Start.Line, (int)start.Start.Column);
        if (start is AnchorAlias alias)
            violations.Add(node, $"must be written out: aliases such as *{Quoting.Plain(alias.Value.Value)} are not taken");
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
            violations.Add(node, $"must be without an anchor such as &{Quoting.Plain(anchored.Anchor.Value)}: aliases are not taken");
        if (start is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag })
            violations.Add(node, $"must be without a tag such as {Quoting.Plain(tag.Value)}");

        if (++_depth > Deepest)
            Refuse(node, $"must not be nested more than {Deepest} deep");
        var whole = start switch
        {
            Scalar scalar => node with { Scalar = scalar.Value, IsNull = IsNull(scalar) },
            SequenceStart => node with { Items = ReadItems(path) },
            MappingStart => node with { Fields = ReadFields(path) },
            _ => node,
        };
        _depth--;
        _nodes[path] = whole;
        return whole;
    }

    private List<YamlNode> ReadItems(string path)
    {
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd)
        {
            var item = ReadNode($"{path}[{items.Count}]");
            if (++_items > MostItems)
                Refuse(item, $"must not be there: all lists together have at most {MostItems} entries");
            items.Add(item);
        }

        return items;
    }

    private List<YamlField> ReadFields(string path)
    {
        var fields = new List<YamlField>();
        var names = new HashSet<string>();
        while (Next() is not MappingEnd)
        {
            var start = parser.Current;
            var name = (start as Scalar)?.Value ?? "?";
            var key = ReadNode(path.Length == 0 ? Quoting.Plain(name) : $"{path}.{Quoting.Plain(name)}");
            Next();
            var value = ReadNode(key.Path);
            if (key.Scalar is null)
                violations.Add(key, $"must have a text for a key, and that {key.Kind}");
            else if (names.Add(name))
                fields.Add(new YamlField(key, value));
            else
                violations.Add(key, "must stand there once, and stands there again");
        }

        return fields;
    }

    private ParsingEvent Next()
    {
        var place = parser.Current?.End ?? Mark.Empty;
        try
        {
            // It is also said to end where it has not.
            if (parser.MoveNext())
                return parser.Current!;
            violations.Add((int)place.Line, (int)place.Column, "", "must be YAML, and ends too early");
        }
        catch (YamlException exception)
        {
            violations.Add((int)exception.Start.Line, (int)exception.Start.Column, "", $"must be YAML: {Lowered(exception.Message)}");
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // The parser's own failures, which name no place.
            violations.Add((int)place.Line, (int)place.Column, "", "must be YAML, and is not from here on");
        }

        violations.ThrowIfAny();
        throw new UnreachableException();
    }

    private void Refuse(YamlNode node, string message)
    {
        violations.Add(node, message);
        violations.ThrowIfAny();
    }

    private static bool IsNull(Scalar scalar) => scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" };

    private static int IndexOfControl(string yaml)
    {
        for (var place = 0; place < yaml.Length; place++)
        {
            if (char.IsControl(yaml[place]) && yaml[place] is not ('\t' or '\n' or '\r' or '\u0085'))
                return place;
        }

        return -1;
    }

    private static string Lowered(string sentence)
        => sentence.Length == 0 ? "it cannot be parsed" : char.ToLowerInvariant(sentence[0]) + Quoting.Plain(sentence[1..].TrimEnd('.'));
}
