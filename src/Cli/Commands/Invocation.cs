using System.CommandLine;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>What a command works with.</summary>
/// <param name="Arguments">What it was given.</param>
/// <param name="Client">The daemon.</param>
/// <param name="Printer">Where its outcome goes.</param>
sealed record Invocation(ParseResult Arguments, ControlPlaneClient Client, Printer Printer);
