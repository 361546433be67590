using System.Text;
using Mptcp.ControlPlane.Json;

namespace Mptcp.ControlPlane.Cli.Json;

/// <summary>Writes the pages of a list as the one list that a daemon without pages would give.</summary>
/// <param name="json">Receives it.</param>
/// <param name="page">The type of the pages: one repeated field, and the token of the next page behind it.</param>
sealed class JsonPages(JsonBuffer json, JsonType page)
{
    readonly JsonField _entries = page.Fields[0];
    readonly JsonField _token = page.Fields[1];

    /// <summary>Finds the token of the next page; empty when there is none.</summary>
    /// <param name="encoded">The encoded page.</param>
    /// <param name="field">The number of the token's field.</param>
    /// <exception cref="InvalidDataException">The bytes are not those of a message.</exception>
    public static string TokenOf(ReadOnlySpan<byte> encoded, int field)
    {
        var token = "";
        var reader = new WireReader(encoded);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == (((uint)field << 3) | (uint)WireType.Bytes))
                token = Encoding.UTF8.GetString(reader.ReadBytes());
            else
                reader.Skip(tag);
        }

        return token;
    }

    /// <summary>Begins the document.</summary>
    public void Begin()
    {
        json.Open((byte)'{');
        json.Next();
        json.Raw(_entries.Name);
        json.Open((byte)'[');
    }

    /// <summary>Adds a page.</summary>
    /// <param name="encoded">The encoded page.</param>
    /// <param name="entryAdded">Called after each entry; it may take what was written out of the buffer.</param>
    /// <exception cref="InvalidDataException">The bytes are not those of a message.</exception>
    public void Add(ReadOnlySpan<byte> encoded, Action entryAdded)
    {
        var reader = new WireReader(encoded);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag != _entries.Tag)
            {
                reader.Skip(tag);
                continue;
            }

            json.Next();
            JsonTranscoder.Write(json, _entries.Message, reader.ReadBytes());
            entryAdded();
        }
    }

    /// <summary>Ends the document.</summary>
    public void End()
    {
        json.Close((byte)']');
        json.Next();
        json.Raw(_token.Name);
        json.Text([]);
        json.Close((byte)'}');
    }
}
