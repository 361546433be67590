using System.CommandLine;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>How a command names a connection: its token, and its id where the token alone is not sure enough.</summary>
sealed class ConnectionArguments
{
    readonly Argument<uint> _token = Parsed.Argument("TOKEN", "The connection's token, in decimal or 0x-hexadecimal", TokenText.Parse);

    readonly Option<ulong> _id = IdOption();

    public ConnectionArguments(Command command)
    {
        command.Add(_token);
        command.Add(_id);
    }

    public static Option<ulong> IdOption() => Parsed.Option(
        "--connection-id",
        "ID",
        "Refuse unless the token still belongs to the connection with this id",
        text => NumberText.Parse(text, 1ul, ulong.MaxValue));

    public uint TokenOf(ParseResult arguments) => arguments.GetRequiredValue(_token);

    public ulong IdOf(ParseResult arguments) => arguments.GetValue(_id);
}
