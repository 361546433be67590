using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;

namespace Mptcp.ControlPlane.Server.Security.Certificates.Making;

/// <summary><c>mptcp-controld certificates</c>: certificates for a first try of mutual TLS.</summary>
internal sealed class CertificatesCommand : Command
{
    private const int LongestLifetime = 3_650;
    private const string NameRule = "letters, digits, '.', '_' and '-', and a letter or a digit in front";

    // What every host calls itself.
    private static readonly string[] LocalNames = ["localhost", "127.0.0.1", "::1"];

    private readonly Option<string> _directory = new("--directory")
    {
        HelpName = "DIR",
        Description = "The directory of the files; made where it is missing.",
        Required = true,
        Recursive = true,
    };

    private readonly Option<string[]> _serverNames = new("--server-name")
    {
        HelpName = "NAME",
        Description = "A name or an address of the daemon's host, beside localhost, 127.0.0.1 and ::1. Repeatable.",
    };

    private readonly Option<string[]> _clients = new("--client")
    {
        HelpName = "NAME[=SPIFFE-ID]",
        Description = "A caller to make a certificate for, such as edge=spiffe://example.org/edge. Repeatable [default: admin].",
    };

    private readonly Option<int> _days = new("--days")
    {
        HelpName = "N",
        Description = "How many days the certificates are valid.",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<bool> _force = new("--force") { Description = "Write over files that are there." };

    private readonly Argument<string> _name = new("NAME") { Description = "The caller whose certificate is revoked." };

    private readonly TimeProvider _time;

    public CertificatesCommand(TimeProvider time)
        : base("certificates", "Make certificates for a first try of mutual TLS; not for use beyond that.")
    {
        _time = time;
        var make = new Command("make", "Make an authority, and certificates of the daemon and of callers.") { _serverNames, _clients, _days, _force };
        make.SetAction(MakeAsync);
        var revoke = new Command("revoke", "Put the certificate of a caller on the revocation list.") { _name };
        revoke.SetAction(RevokeAsync);
        Options.Add(_directory);
        Subcommands.Add(make);
        Subcommands.Add(revoke);
    }

    private async Task<int> MakeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var violations = new List<string>();
        var clients = ReadClients(parsed.GetValue(_clients) ?? [], violations);
        var others = parsed.GetValue(_serverNames) ?? [];
        foreach (var wrong in others.Where(name => Uri.CheckHostName(name) == UriHostNameType.Unknown))
            violations.Add($"--server-name: \"{wrong}\" is neither a name nor an address");
        var days = parsed.GetValue(_days);
        if (days is < 1 or > LongestLifetime)
            violations.Add($"--days: must be 1 to {LongestLifetime}, and is {days}");
        if (violations.Count > 0)
            throw new ConfigurationException(violations);

        var directory = DirectoryOf(parsed);
        var end = directory.Make([.. LocalNames.Union(others)], clients, TimeSpan.FromDays(days), parsed.GetValue(_force));
        await parsed.InvocationConfiguration.Output.WriteAsync(Explain(directory, clients, others, end).AsMemory(), cancellation);
        return 0;
    }

    private async Task<int> RevokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var name = parsed.GetValue(_name)!;
        if (!IsName(name))
            throw new ConfigurationException([$"\"{name}\" is no name of a caller: {NameRule}"]);
        var directory = DirectoryOf(parsed);
        directory.Revoke(name);
        await parsed.InvocationConfiguration.Output.WriteAsync(
            $"{directory.ClientFile(name)} is revoked by {directory.RevokedFile}\n".AsMemory(), cancellation);
        return 0;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    private static Dictionary<string, string?> ReadClients(string[] texts, List<string> violations)
    {
        var clients = new Dictionary<string, string?>();
        foreach (var text in texts.Length > 0 ? texts : ["admin"])
        {
            var parts = text.Split('=', 2);
            var spiffeId = parts.Length > 1 ? parts[1] : null;
            if (!IsName(parts[0]))
                violations.Add($"--client: \"{parts[0]}\" is no name of a caller: {NameRule}");
            else if (spiffeId is not null && !SpiffeId.IsValid(spiffeId))
                violations.Add($"--client: \"{spiffeId}\" is no SPIFFE ID, such as spiffe://example.org/edge");
            else if (!clients.TryAdd(parts[0], spiffeId))
                violations.Add($"--client: \"{parts[0]}\" stands there twice");
        }

        return clients;
    }

    private static string Explain(
        CertificateDirectory directory, Dictionary<string, string?> clients, string[] others, DateTimeOffset end)
    {
        var client = clients.Keys.First();
        var host = others.FirstOrDefault() ?? "localhost";
        var listen = others.Length > 0 ? "0.0.0.0" : "127.0.0.1";
        return $$"""
            The certificates are valid until {{end:yyyy-MM-dd HH:mm}} UTC. Whoever has the key of the authority can make others:
            keep ca.key away from the daemon.

            For the configuration file of mptcp-controld:
            {
              "listen": "https://{{listen}}:7600",
              "tls": {
                "certificate": {{Quote(directory.ServerFile)}},
                "key": {{Quote(directory.ServerKeyFile)}},
                "clientCa": {{Quote(directory.AuthorityFile)}},
                "revoked": {{Quote(directory.RevokedFile)}}
              }
            }

            To call it:
            mptcpctl --address https://{{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}}:7600 --tls-ca {{Shell(directory.AuthorityFile)}} \
              --tls-certificate {{Shell(directory.ClientFile(client))}} --tls-key {{Shell(directory.ClientKeyFile(client))}} node show

            """;
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static string Shell(string text) => text.All(letter => char.IsLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-')
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private CertificateDirectory DirectoryOf(ParseResult parsed) => new(Path.GetFullPath(parsed.GetValue(_directory)!), _time);
}
