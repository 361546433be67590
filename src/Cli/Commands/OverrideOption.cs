using System.CommandLine;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>How an administrator writes in the scope of a controller.</summary>
static class OverrideOption
{
    public static Option<bool> Create() => Parsed.Flag(
        "--override",
        "Do it although a controller decides about the connection, without asking it; only for administrators");
}
