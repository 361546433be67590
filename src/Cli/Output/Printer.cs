using Google.Protobuf;

namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>Shows the outcome of a call as the caller of the program asked for it.</summary>
sealed class Printer(Terminal terminal, OutputFormat format)
{
    public bool IsJson => format == OutputFormat.Json;

    /// <summary>Shows a message: whole as JSON, else as a sentence about it.</summary>
    public void Show(IMessage message, Func<string> sentence) => terminal.Out.WriteLine(IsJson ? JsonText.Document(message) : sentence());

    /// <summary>Shows a message: whole as JSON, else as tables with an empty line between them.</summary>
    public void Show(IMessage message, params ReadOnlySpan<Func<TextTable>> tables)
    {
        if (IsJson)
        {
            terminal.Out.WriteLine(JsonText.Document(message));
            return;
        }

        for (var i = 0; i < tables.Length; i++)
        {
            if (i > 0)
                terminal.Out.WriteLine();
            tables[i]().WriteTo(terminal);
        }
    }

    /// <summary>Shows one line of a stream; it is not sure to be seen before <see cref="FlushAsync"/>.</summary>
    public void ShowLine(string line) => terminal.Out.WriteLine(line);

    public Task FlushAsync(CancellationToken cancellationToken) => terminal.Out.FlushAsync(cancellationToken);
}
