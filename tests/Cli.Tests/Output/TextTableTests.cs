using System.Text;
using Mptcp.ControlPlane.Cli.Output;

namespace Mptcp.ControlPlane.Cli.Tests.Output;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_lines_end_with_their_last() => Assert.Equal(
        """
        NAME      N  WHAT
        a         1  -
        a-longer  -  some words

        """,
        Write(new TextTable("NAME", "N", "WHAT").Row("a", "1", "").Row("a-longer", "", "some words")));

    [Fact]
    public void On_a_terminal_headings_are_bold() =>
        Assert.Equal("\e[1mA\e[0m     \e[1mB\e[0m\nlong  x\n", Write(new TextTable("A", "B").Row("long", "x"), isAnsi: true));

    [Fact]
    public void Names_do_not_command_the_terminal() =>
        Assert.Equal("A\n\\x1b[2Jx\\x0ay\n", Write(new TextTable("A").Row("\e[2Jx\ny")));

    [Fact]
    public void A_line_below_a_row_stands_there_in_no_column()
    {
        var table = new TextTable("A", "B").Row("1", "2");
        table.Below("    what is said of it at length\n");
        Assert.Equal("A  B\n1  2\n    what is said of it at length\\x0a\n3  4\n", Write(table.Row("3", "4")));
    }

    [Fact]
    public void A_heading_may_be_empty() => Assert.Equal("A\nb  c\n", Write(new TextTable("A", "").Row("b", "c")));

    static string Write(TextTable table, bool isAnsi = false)
    {
        using var output = new MemoryStream();
        var terminal = new Terminal(output, TextWriter.Null) { IsAnsi = isAnsi };
        table.WriteTo(terminal);
        terminal.Out.Flush();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
