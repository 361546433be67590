using System.CommandLine;
using Mptcp.ControlPlane.Cli.Parsing;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli;

/// <summary>The options of every command that say whom to trust and who calls.</summary>
sealed class SecurityOptions
{
    public const string AuthorityVariable = "MPTCPCTL_TLS_CA";
    public const string CertificateVariable = "MPTCPCTL_TLS_CERTIFICATE";
    public const string KeyVariable = "MPTCPCTL_TLS_KEY";
    public const string TokenVariable = "MPTCPCTL_TOKEN_FILE";

    readonly Option<string?> _authority = Parsed.Text(
        "--tls-ca", "FILE", $"The authorities that the daemon's certificate may be of [env: {AuthorityVariable}; default: the system's]");

    readonly Option<string?> _certificate = Parsed.Text(
        "--tls-certificate", "FILE", $"The own certificate, for https addresses [env: {CertificateVariable}]");

    readonly Option<string?> _key = Parsed.Text("--tls-key", "FILE", $"The key of the own certificate [env: {KeyVariable}]");

    readonly Option<string?> _token = Parsed.Text(
        "--token-file", "FILE", $"A bearer token to send, for https addresses and Unix sockets [env: {TokenVariable}]");

    public IReadOnlyList<Option> All => [_authority, _certificate, _key, _token];

    /// <summary>What an https address is called with. What the environment says is for those, and for no others nothing.</summary>
    /// <exception cref="CommandException">What was given does not go together, or with the address.</exception>
    public ControlPlaneTls TlsOf(ParseResult arguments, Terminal terminal, ControlPlaneAddress address)
    {
        foreach (var option in new[] { _authority, _certificate, _key })
        {
            if (!address.IsSecure && arguments.GetValue(option) is not null)
                throw new CommandException(ExitCode.BadUsage, $"{option.Name} is for https addresses, and {address} is none");
        }

        var certificate = Of(_certificate, CertificateVariable);
        var key = Of(_key, KeyVariable);
        if (address.IsSecure && certificate is null != key is null)
        {
            throw new CommandException(
                ExitCode.BadUsage, $"{_certificate.Name} and {_key.Name} go together, or {CertificateVariable} and {KeyVariable}");
        }

        return address.IsSecure
            ? new ControlPlaneTls { AuthorityFile = Of(_authority, AuthorityVariable), CertificateFile = certificate, KeyFile = key }
            : new ControlPlaneTls();

        string? Of(Option<string?> option, string variable) => ValueOf(arguments, terminal, option, variable);
    }

    /// <summary>The file of the token; null for none.</summary>
    /// <exception cref="CommandException">It would be sent in plain text.</exception>
    public string? TokenFileOf(ParseResult arguments, Terminal terminal, ControlPlaneAddress address)
    {
        var file = ValueOf(arguments, terminal, _token, TokenVariable);
        return file is null || address.SocketPath is not null || address.IsSecure
            ? file
            : throw new CommandException(
                ExitCode.BadUsage,
                $"a token is not sent in plain text, as it would be to {address}: use https or a Unix socket, or no {_token.Name} ({TokenVariable})");
    }

    static string? ValueOf(ParseResult arguments, Terminal terminal, Option<string?> option, string variable) =>
        arguments.GetValue(option) ?? (terminal.Environment(variable) is { Length: > 0 } text ? text : null);
}
