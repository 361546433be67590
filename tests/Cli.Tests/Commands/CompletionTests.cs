using Mptcp.ControlPlane.Cli.Tests.Support;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("", "node endpoint limits connection subflow address socket policy session sample watch completion")]
    [InlineData("e", "endpoint")]
    [InlineData("endpoint ", "list add set delete flush")]
    [InlineData("endpoint d", "delete")]
    [InlineData("endpoint set --", "--id --flags --help --address --namespace --output --timeout"
        + " --tls-ca --tls-certificate --tls-key --token-file")]
    [InlineData("endpoint set --f", "--flags")]
    [InlineData("--address unix:/tmp/x endpoint l", "list")]
    [InlineData("endpoint add --flags ", "signal subflow backup fullmesh laminar")]
    [InlineData("endpoint add --flags s", "signal subflow")]
    [InlineData("endpoint add --flags backup,s", "backup,signal backup,subflow")]
    [InlineData("endpoint add --flags signal,s", "signal,subflow")]
    [InlineData("watch --type address", "address-announced address-removed")]
    [InlineData("watch --type=address", "--type=address-announced --type=address-removed")]
    [InlineData("watch --type = address", "address-announced address-removed")]
    [InlineData("watch --type =", "connection-created connection-established connection-closed address-announced address-removed"
        + " subflow-established subflow-closed subflow-priority listener-created listener-closed connection-snapshot"
        + " connection-fallback connection-orphaned subflow-requested subflow-failed connection-updated namespace-added namespace-removed"
        + " interface-added interface-changed interface-removed interface-snapshot local-address-added local-address-changed local-address-removed"
        + " policies-changed session-changed")]
    [InlineData("watch --follow-only --ty", "--type")]
    [InlineData("watch --deny-type address", "address-announced address-removed")]
    [InlineData("watch --", "--type --deny-type --token --uid --cgroup --command --follow-only --snapshot-only --resume --reconnect"
        + " --bookmark-interval --bookmark-idle --batch-delay --field --help --address --namespace --output --timeout"
        + " --tls-ca --tls-certificate --tls-key --token-file")]
    [InlineData("policy ", "apply show explain endpoints history confirm rollback")]
    [InlineData("policy apply --", "--file --dry-run --etag --monitor --confirm-within --comment --help --address --namespace --output --timeout"
        + " --tls-ca --tls-certificate --tls-key --token-file")]
    [InlineData("policy rollback --e", "--etag")]
    [InlineData("session ", "list")]
    [InlineData("session list --", "--role --help --address --namespace --output --timeout"
        + " --tls-ca --tls-certificate --tls-key --token-file")]
    [InlineData("watch --type sess", "session-changed")]
    [InlineData("subflow create 1 --o", "--override --output")]
    [InlineData("subflow destroy 1 --o", "--override --output")]
    [InlineData("subflow set 1 --o", "--override --output")]
    [InlineData("address announce 1 --o", "--override --output")]
    [InlineData("address withdraw 1 --o", "--override --output")]
    [InlineData("connection close 1 --o", "--override --output")]
    [InlineData("socket ", "list")]
    [InlineData("socket list --protocol ", "mptcp tcp")]
    [InlineData("socket list --state b", "bucket big bound-inactive")]
    [InlineData("socket list --state listening --state fin", "fin-wait-1 fin-wait-2")]
    [InlineData("socket list --family ", "4 6")]
    [InlineData("sample --i", "--interface --interval")]
    [InlineData("connection list --state ", "created established fallback orphaned closed")]
    [InlineData("connection ", "list show close reconcile")]
    [InlineData("-o ", "table json")]
    [InlineData("node show --output j", "json")]
    [InlineData("completion ", "bash zsh fish")]
    [InlineData("subflow list 0x1", "")]
    [InlineData("bogus ", "node endpoint limits connection subflow address socket policy session sample watch completion")]
    public async Task What_may_come_next_is_offered(string line, string expected)
    {
        var run = await Mptcpctl.RunAsync(["[complete]", .. line.Split(' ')], []);

        Assert.Equal(expected, string.Join(' ', run.Succeeded().Lines.Select(candidate => candidate.Split('\t')[0])));
    }

    [Fact]
    public async Task A_command_is_offered_with_what_it_does()
    {
        var run = await Mptcpctl.RunAsync(["[complete]", "limits", "s"], []);

        Assert.Equal(
            ["show\tShow the limits of a namespace", "set\tSet the limits that are given and leave the others"],
            run.Succeeded().Lines);
    }

    [Theory]
    [InlineData("mptcpctl sub", "subflow")]
    [InlineData("mptcpctl socket list --protocol=t", "tcp")]
    [InlineData("mptcpctl subflow ", "list create destroy set")]
    [InlineData("mptcpctl subflow create --wa", "--wait")]
    [InlineData("mptcpctl endpoint add --flags signal,s", "signal,subflow")]
    [InlineData("mptcpctl watch --type=subflow-f", "subflow-failed")]
    [InlineData("mptcpctl --address unix:/tmp/x node sh", "show")]
    public async Task Bash_completes_with_the_script_and_the_program(string line, string expected)
    {
        // What an interactive bash does: part the line at COMP_WORDBREAKS, find the function, call it.
        const string Harness = """
            source <(mptcpctl completion bash)
            complete -p mptcpctl >/dev/null || exit 1
            COMP_LINE=$1 COMP_POINT=${#1}
            readarray -t COMP_WORDS < <(grep -oE '[=:]|[^ =:]+' <<<"$COMP_LINE")
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            _mptcpctl mptcpctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            echo "${COMPREPLY[*]}"
            """;

        var completed = await Shell.RunAsync(Harness, line);

        Assert.Equal((expected + "\n", "", 0), completed);
    }

    [Theory]
    [InlineData("zsh", "compdef _mptcpctl mptcpctl")]
    [InlineData("fish", "complete -c mptcpctl")]
    public async Task Other_shells_have_their_scripts(string shell, string expected)
    {
        var script = (await Mptcpctl.RunAsync("completion " + shell)).Succeeded().Out;

        Assert.Contains(expected, script, StringComparison.Ordinal);
        Assert.Contains("'[complete]'", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("completion tcsh", "SHELL: 'tcsh' is not one of bash, zsh, fish")]
    [InlineData("completion", "required argument 'bash|zsh|fish' missing for command: 'completion'")]
    public async Task A_shell_that_is_not_known_is_bad_usage(string commandLine, string expected) =>
        Assert.Equal(
            expected + "; see 'mptcpctl completion --help'",
            (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine);
}
