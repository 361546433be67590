using System.CommandLine;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Options and arguments that several commands about policies have.</summary>
static class PolicyOptions
{
    public static Option<string?> Etag() =>
        Parsed.Text("--etag", "ETAG", "Refuse unless the revision with this etag still holds: 'policy show' tells it");

    public static Option<string?> Comment() => Parsed.Text("--comment", "TEXT", "What 'policy history' is to say of it");

    public static Argument<long> Revision(string description) =>
        Parsed.Argument("REVISION", description, text => (long)NumberText.Parse(text, 1ul, long.MaxValue));
}
