using System.CommandLine;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>policy show [REVISION]</c></summary>
sealed class PolicyShowCommand : ControlCommand
{
    readonly Argument<long> _revision = PolicyOptions.Revision("Its number [default: the revision that holds]");

    public PolicyShowCommand(GlobalOptions globals)
        : base(globals, "show", "Show the policies that hold, as YAML that 'policy apply' takes")
    {
        _revision.Arity = ArgumentArity.ZeroOrOne;
        Add(_revision);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Policies.GetPoliciesAsync(
            new GetPoliciesRequest { Revision = invocation.Arguments.GetValue(_revision) },
            cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => string.Join('\n', [.. PolicyText.Heading(response).Select(line => "# " + line), Text(response)]));
    }

    // Whatever somebody wrote, it must not tell the terminal what to do.
    static string Text(GetPoliciesResponse response) => string.Concat(
        response.Yaml.TrimEnd('\n').Select(letter => char.IsControl(letter) && letter is not ('\n' or '\t') ? $"\\x{(int)letter:x2}" : $"{letter}"));
}
