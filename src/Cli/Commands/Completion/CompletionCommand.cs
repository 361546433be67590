using System.CommandLine;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>completion bash|zsh|fish</c></summary>
sealed class CompletionCommand : Command
{
    public CompletionCommand(Terminal terminal)
        : base("completion", "Print a script that completes command lines, to be read by the shell: source <(mptcpctl completion bash)")
    {
        var shell = Parsed.Argument("SHELL", "The shell", Script);
        shell.HelpName = string.Join('|', CompletionScripts.Shells);
        shell.CompletionSources.Add(_ => CompletionScripts.Shells);
        Add(shell);
        SetAction(arguments => terminal.Out.Write(arguments.GetRequiredValue(shell)));
    }

    static string Script(string shell) =>
        CompletionScripts.For(shell) ?? throw new FormatException($"'{shell}' is not one of {string.Join(", ", CompletionScripts.Shells)}");
}
