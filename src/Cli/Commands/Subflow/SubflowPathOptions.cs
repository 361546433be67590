using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>How a command names a subflow that exists: by both its addresses and ports.</summary>
sealed class SubflowPathOptions
{
    readonly Option<SocketAddress> _local = Parsed.RequiredOption(
        "--local",
        "ADDR:PORT",
        "The subflow's local address and port",
        AddressText.ParseWithPort);
    readonly Option<SocketAddress> _remote = Parsed.RequiredOption(
        "--remote",
        "ADDR:PORT",
        "The subflow's remote address and port",
        AddressText.ParseWithPort);

    public SubflowPathOptions(Command command)
    {
        command.Add(_local);
        command.Add(_remote);
    }

    public SocketAddress LocalOf(ParseResult arguments) => arguments.GetRequiredValue(_local);

    public SocketAddress RemoteOf(ParseResult arguments) => arguments.GetRequiredValue(_remote);
}
