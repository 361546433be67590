using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mptcp.ControlPlane.Cli.Json;
using Mptcp.ControlPlane.Json;

namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>
/// Messages of the contract as proto3 JSON. Scripts find every scalar field, also one that has its default value. What is
/// written is not sure to be seen before it is flushed.
/// </summary>
/// <param name="terminal">Where it goes.</param>
sealed class JsonOutput(Terminal terminal)
{
    // Enough for the kernel to take at once, and little enough to stay in the processor's caches.
    const int FlushedLength = 64 * 1024;

    readonly JsonTypes _types = new();
    readonly JsonBuffer _documents = new(indented: true);
    readonly JsonBuffer _lines = new(indented: false);

    /// <summary>Writes one message over several lines.</summary>
    public void Document(IMessage message)
    {
        JsonTranscoder.Write(_documents, _types.Of(message.Descriptor), message.ToByteArray());
        EndDocument();
    }

    /// <summary>Writes one message on one line, in an object whose only field says what it is.</summary>
    public void Line(string kind, IMessage message)
    {
        _lines.Open((byte)'{');
        _lines.Name(kind);
        JsonTranscoder.Write(_lines, _types.Of(message.Descriptor), message.ToByteArray());
        _lines.Close((byte)'}');
        _lines.EndLine();
        if (_lines.Length >= FlushedLength)
            Flush();
    }

    /// <summary>Writes pages of a list as one document.</summary>
    /// <param name="type">The type of the pages: one repeated field, and the token of the next page.</param>
    /// <param name="pages">The encoded pages. Where they end with an error, so does the document, as no document.</param>
    public async Task PagesAsync(MessageDescriptor type, IAsyncEnumerable<byte[]> pages)
    {
        var list = new JsonPages(_documents, _types.Of(type));
        list.Begin();
        await foreach (var page in pages)
        {
            list.Add(page, entryAdded: () =>
            {
                if (_documents.Length >= FlushedLength)
                    Flush();
            });
        }

        list.End();
        EndDocument();
    }

    /// <summary>Hands what was written on.</summary>
    public void Flush()
    {
        if (_documents.Length + _lines.Length == 0)
            return;
        // What was written as text before comes before.
        terminal.Out.Flush();
        foreach (var json in new[] { _documents, _lines })
        {
            terminal.Output.Write(json.Written);
            json.Clear();
        }
    }

    void EndDocument()
    {
        _documents.EndLine();
        Flush();
    }
}
