namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>What makes a shell ask this program how a command line may go on.</summary>
static class CompletionScripts
{
    public static readonly IReadOnlyList<string> Shells = ["bash", "zsh", "fish"];

    const string Bash = """
        _mptcpctl() {
            local IFS=$'\n'
            COMPREPLY=($("$1" '[complete]' "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
        }
        complete -F _mptcpctl mptcpctl

        """;

    const string Zsh = """
        #compdef mptcpctl
        _mptcpctl() {
            local -a candidates
            candidates=("${(@f)$("${words[1]}" '[complete]' "${(@)words[2,CURRENT]}" 2>/dev/null | tr '\t' ':')}")
            [[ -n $candidates[1] ]] && _describe mptcpctl candidates
        }
        compdef _mptcpctl mptcpctl

        """;

    const string Fish = """
        function __mptcpctl_complete
            set -l words (commandline -opc) (commandline -ct)
            $words[1] '[complete]' $words[2..] 2>/dev/null
        end
        complete -c mptcpctl -f -a '(__mptcpctl_complete)'

        """;

    /// <summary>The script of a shell; null where the shell is not known.</summary>
    public static string? For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => null,
    };
}
