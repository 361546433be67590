using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Writes objects in YAML, field by field.</summary>
internal sealed class FieldWriter
{
    // Words that other readers of YAML take for something else than a text.
    private static readonly HashSet<string> Reserved = new(["null", "true", "false", "yes", "no", "on", "off", "y", "n"], StringComparer.OrdinalIgnoreCase);

    private readonly Emitter _emitter;

    /// <param name="text">Receives the document.</param>
    public FieldWriter(TextWriter text)
    {
        _emitter = new Emitter(text, EmitterSettings.Default.WithIndentedSequences());
        _emitter.Emit(new StreamStart());
        _emitter.Emit(new DocumentStart());
        BeginObject();
    }

    /// <summary>Ends the document.</summary>
    public void Finish()
    {
        _emitter.Emit(new MappingEnd());
        _emitter.Emit(new DocumentEnd(isImplicit: true));
        _emitter.Emit(new StreamEnd());
    }

    /// <summary>Writes a field with an object, whose fields an action writes.</summary>
    public void Object(string key, Action fields)
    {
        Emit(key, ScalarStyle.Plain);
        BeginObject();
        fields();
        _emitter.Emit(new MappingEnd());
    }

    /// <summary>Writes a field with a list of objects, unless that is empty.</summary>
    public void Objects<T>(string key, ImmutableArray<T> items, Action<T> fields, bool isAlways = false)
    {
        if (items.IsEmpty && !isAlways)
            return;
        Emit(key, ScalarStyle.Plain);
        BeginList(items.IsEmpty ? SequenceStyle.Flow : SequenceStyle.Block);
        foreach (var item in items)
        {
            BeginObject();
            fields(item);
            _emitter.Emit(new MappingEnd());
        }

        _emitter.Emit(new SequenceEnd());
    }

    /// <summary>Writes a field, unless it has its default.</summary>
    public void Word<T>(string key, T value, T standard, Func<T, string> spell)
    {
        if (!EqualityComparer<T>.Default.Equals(value, standard))
            Word(key, spell(value));
    }

    /// <summary>Writes a field whose value is spelt without quotes where that is possible.</summary>
    public void Word(string key, string word)
    {
        Emit(key, ScalarStyle.Plain);
        Emit(word, ScalarStyle.Any);
    }

    /// <summary>Writes a field whose value is any text.</summary>
    public void Text(string key, string text)
    {
        Emit(key, ScalarStyle.Plain);
        EmitText(text);
    }

    /// <summary>Writes a field with a list, unless that is empty.</summary>
    public void Words<T>(string key, ImmutableArray<T> items, Func<T, string> spell)
        => List(key, items, item => Emit(spell(item), ScalarStyle.Any));

    /// <inheritdoc cref="Words{T}" />
    public void Texts(string key, ImmutableArray<string> items) => List(key, items, EmitText);

    private void List<T>(string key, ImmutableArray<T> items, Action<T> emit)
    {
        if (items.IsEmpty)
            return;
        Emit(key, ScalarStyle.Plain);
        BeginList(SequenceStyle.Flow);
        foreach (var item in items)
            emit(item);
        _emitter.Emit(new SequenceEnd());
    }

    private void BeginObject() => _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));

    private void BeginList(SequenceStyle style) => _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, style));

    private void EmitText(string text) => Emit(text, IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted);

    private void Emit(string text, ScalarStyle style)
        => _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));

    private static bool IsPlain(string text)
        => text.Length > 0 && char.IsAsciiLetter(text[0]) && !Reserved.Contains(text)
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
