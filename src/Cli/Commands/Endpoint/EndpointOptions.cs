using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Options that several commands about endpoints have.</summary>
static class EndpointOptions
{
    public static Option<EndpointFlag[]> Flags(string description)
    {
        var option = Parsed.Option(
            "--flags",
            "LIST",
            $"{description}: a list with commas of {string.Join(", ", EndpointFlagText.Names)}",
            EndpointFlagText.Parse);
        option.CompletionSources.Add(_ => EndpointFlagText.Names);
        return option;
    }
}
