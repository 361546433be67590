using System.CommandLine;
using Mptcp.ControlPlane.Cli;
using Mptcp.ControlPlane.Cli.Commands;
using Mptcp.ControlPlane.Cli.Errors;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Cli;

/// <summary>Whole command lines of mptcpctl, one argument a line: read, checked and completed, and not carried out.</summary>
internal sealed class CommandLineHarness() : Harness("command-lines")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = Bytes(
        "--address\nunix:/run/x.sock\nconnection\nlist\n--namespace\nblue",
        "connection\nshow\n0x3b54798d\n-o\njson",
        "subflow\ncreate\n0x1\n--local\n198.18.0.1\n--remote\n[2001:db8::1]:443\n--backup",
        "endpoint\nadd\n198.18.0.1\n--flags\nsignal,subflow",
        "socket\nlist\n--state\nestablished\n--local\n198.18.0.0/15:1-2",
        "policy\napply\n-f\nx.yaml\n--confirm-within\n1m30s",
        "watch\n--resume\nx\n--type\nsubflow-established",
        "limits\nset\n--subflows\n8");

    public override IReadOnlyList<byte[]> Words { get; } = Bytes([.. WordsOf(), "\n", "=", "\n--\n", "@x", "[complete]\n", "0x", "-1", "\ufffd", "\n\n"]);

    public override void Take(byte[] input)
    {
        // No argument of a process has a zero in it.
        var arguments = Text(input).Replace("\0", "", StringComparison.Ordinal).Split('\n');
        using var error = new StringWriter();
        var terminal = new Terminal(Stream.Null, error);
        var parsed = CommandLine.Parse(arguments, terminal);
        var code = new ErrorReport(terminal, new GlobalOptions(terminal), parsed).WriteUsage();
        BrokenPromiseException.Unless(code is null || error.ToString().Length > 0, "what is wrong is told");
        Completions.Write((Command)parsed.RootCommandResult.Command, arguments, TextWriter.Null);
    }

    // What the command line knows: commands, options and the values that they name.
    private static HashSet<string> WordsOf()
    {
        var root = CommandLine.Parse([], new Terminal(Stream.Null, TextWriter.Null)).RootCommandResult.Command;
        var names = new HashSet<string>();
        Add(root);
        return names;

        void Add(Command command)
        {
            foreach (var option in command.Options)
                names.Add($"\n{option.Name}\n");
            foreach (var below in command.Subcommands)
            {
                names.Add($"{below.Name}\n");
                Add(below);
            }
        }
    }
}
