using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mptcp.ControlPlane.Cli.Errors;

namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>Shows the outcome of a call as the caller of the program asked for it. It is not sure to be seen before it is flushed.</summary>
sealed class Printer(Terminal terminal, OutputFormat format)
{
    readonly JsonOutput _json = new(terminal);

    public bool IsJson => format == OutputFormat.Json;

    /// <summary>Shows a message: whole as JSON, else as a sentence about it.</summary>
    public void Show(IMessage message, Func<string> sentence)
    {
        if (IsJson)
            _json.Document(message);
        else
            terminal.Out.WriteLine(sentence());
    }

    /// <summary>Shows a message: whole as JSON, else as tables with an empty line between them.</summary>
    public void Show(IMessage message, params ReadOnlySpan<Func<TextTable>> tables)
    {
        if (IsJson)
        {
            _json.Document(message);
            return;
        }

        for (var i = 0; i < tables.Length; i++)
        {
            if (i > 0)
                terminal.Out.WriteLine();
            tables[i]().WriteTo(terminal);
        }
    }

    /// <summary>Shows a message whole, as JSON.</summary>
    public void ShowJson(IMessage message) => _json.Document(message);

    /// <summary>Shows a table alone.</summary>
    public void ShowTable(TextTable table) => table.WriteTo(terminal);

    /// <summary>Shows the pages of a list as one JSON document.</summary>
    /// <inheritdoc cref="JsonOutput.PagesAsync"/>
    public Task ShowJsonPagesAsync(MessageDescriptor type, IAsyncEnumerable<byte[]> pages) => _json.PagesAsync(type, pages);

    /// <summary>Shows one message of a stream as a line of JSON, in an object whose only field says what it is.</summary>
    public void ShowJsonLine(string kind, IMessage message) => _json.Line(kind, message);

    /// <summary>Shows one line of a stream.</summary>
    public void ShowLine(string line) => terminal.Out.WriteLine(line);

    /// <summary>Says something that is no part of the outcome, beside it.</summary>
    public void ShowAside(string text) => ErrorReport.WriteLine(terminal, text);

    public void Flush()
    {
        _json.Flush();
        terminal.Out.Flush();
    }

    public Task FlushAsync(CancellationToken cancellationToken)
    {
        _json.Flush();
        return terminal.Out.FlushAsync(cancellationToken);
    }
}
