using System.Text;
using Spectre.Console;

namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>A place to write to that has no right edge.</summary>
sealed class UnboundedOutput(TextWriter writer) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => false;

    public int Width => 100_000;

    public int Height => 1;

    public void SetEncoding(Encoding encoding)
    {
        // The writer has its encoding already.
    }
}
