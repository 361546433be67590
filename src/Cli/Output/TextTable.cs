using Spectre.Console;

namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>
/// Rows under a heading, their columns aligned by spaces alone. Rows are never wrapped or cut, so that they can be searched
/// and copied.
/// </summary>
sealed class TextTable
{
    readonly Table _table = new() { Border = TableBorder.None };
    readonly Style? _headingStyle = new(decoration: Decoration.Bold);

    public TextTable(params ReadOnlySpan<string> headings)
    {
        foreach (var heading in headings)
            _table.AddColumn(new TableColumn(new Text(heading, _headingStyle)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
    }

    public TextTable Row(params ReadOnlySpan<string> cells)
    {
        var row = new List<Text>();
        foreach (var cell in cells)
            row.Add(new Text(cell.Length == 0 ? "-" : cell));
        _table.AddRow(row);
        return this;
    }

    public void WriteTo(Terminal terminal)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.IsAnsi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.IsAnsi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new UnboundedOutput(text),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Write(_table);
        // The cells of the last column are padded too, which only makes lines longer.
        foreach (var line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            terminal.Out.WriteLine(line.TrimEnd());
    }
}
