namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>A part of a YAML document: a scalar, a list, an object, or what has been refused already.</summary>
/// <param name="Path">Its place in what the document states.</param>
/// <param name="Line">The line that it begins at, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal sealed record YamlNode(string Path, int Line, int Column)
{
    /// <summary>The text of a scalar; null for what is none.</summary>
    public string? Scalar { get; init; }

    /// <summary>Whether it is a scalar that stands for no value.</summary>
    public bool IsNull { get; init; }

    /// <summary>The entries of a list; null for what is none.</summary>
    public IReadOnlyList<YamlNode>? Items { get; init; }

    /// <summary>The fields of an object; null for what is none.</summary>
    public IReadOnlyList<YamlField>? Fields { get; init; }

    /// <summary>What it is, in words.</summary>
    public string Kind => IsNull ? "has no value" : Scalar is { } text ? $"is {Quoting.Quote(text)}" : Items is not null ? "is a list" : "is an object";
}
