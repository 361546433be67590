using System.Text;

namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>
/// Rows under a heading, their columns aligned by spaces alone. Rows are never wrapped or cut, so that they can be searched
/// and copied.
/// </summary>
sealed class TextTable
{
    const int Gap = 2;
    const string Bold = "\e[1m";
    const string NotBold = "\e[0m";

    readonly string[] _headings;
    readonly int[] _widths;
    readonly List<string[]> _rows = [];
    readonly Dictionary<int, string> _below = [];

    public TextTable(params ReadOnlySpan<string> headings)
    {
        _headings = headings.ToArray();
        _widths = [.. _headings.Select(heading => heading.Length)];
    }

    public TextTable Row(params ReadOnlySpan<string> cells)
    {
        var row = new string[_headings.Length];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = cells[i].Length == 0 ? "-" : Visible(cells[i]);
            _widths[i] = Math.Max(_widths[i], row[i].Length);
        }

        _rows.Add(row);
        return this;
    }

    /// <summary>Puts a line below the last row, which takes part in no column.</summary>
    public void Below(string line) => _below[_rows.Count] = Visible(line);

    public void WriteTo(Terminal terminal)
    {
        var line = new StringBuilder();
        Write(terminal, line, _headings, terminal.IsAnsi);
        for (var i = 0; i < _rows.Count; i++)
        {
            Write(terminal, line, _rows[i], isBold: false);
            if (_below.TryGetValue(i + 1, out var below))
                terminal.Out.WriteLine(below);
        }
    }

    void Write(Terminal terminal, StringBuilder line, string[] cells, bool isBold)
    {
        line.Clear();
        var last = Array.FindLastIndex(cells, cell => cell.Length > 0);
        for (var i = 0; i <= last; i++)
        {
            line.Append(isBold ? Bold : "").Append(cells[i]).Append(isBold ? NotBold : "");
            if (i < last)
                line.Append(' ', _widths[i] - cells[i].Length + Gap);
        }

        terminal.Out.WriteLine(line);
    }

    /// <summary>Names that others chose could otherwise end the line, or tell the terminal what to do.</summary>
    public static string Visible(string cell) =>
        cell.Any(char.IsControl) ? string.Concat(cell.Select(letter => char.IsControl(letter) ? $"\\x{(int)letter:x2}" : $"{letter}")) : cell;
}
