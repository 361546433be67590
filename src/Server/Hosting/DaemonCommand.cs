using System.CommandLine;
using System.CommandLine.Help;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Security.Certificates.Making;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>The command line of the daemon.</summary>
internal sealed class DaemonCommand
{
    /// <summary>The name that the daemon's messages begin with.</summary>
    public const string Name = "mptcp-controld";

    private const string Description = """
        Serves the Multipath TCP path manager of this host's kernel over gRPC. Needs CAP_NET_ADMIN, and CAP_SYS_ADMIN
        to serve other network namespaces than its own. What a flag sets can also stand in the configuration file;
        the flag wins.

        Exit codes: 0 ended by a signal, 1 could not start or went wrong, 2 wrong command line or configuration.
        """;

    private readonly Option<string> _config = new("--config") { HelpName = "FILE", Description = "Read settings from a JSON file." };

    private readonly Option<string> _socket = new("--socket")
    {
        HelpName = "PATH",
        Description = $"The Unix socket to serve on [default: {DaemonOptions.DefaultSocketPath}].",
    };

    private readonly Option<string> _socketGroup = new("--socket-group")
    {
        HelpName = "NAME|GID",
        Description = "The group that owns the socket [default: the daemon's own].",
    };

    private readonly Option<string> _socketMode = new("--socket-mode")
    {
        HelpName = "MODE",
        Description = "The permissions of the socket, in octal [default: 0660].",
    };

    private readonly Option<string> _listen = new("--listen")
    {
        HelpName = "URL",
        Description = "An address to serve on as well: a loopback one in plain text, such as http://127.0.0.1:7600, or any with mutual "
            + "TLS, such as https://0.0.0.0:7600, for which the configuration file names the certificates; port 0 takes a free one.",
    };

    private readonly Option<string[]> _namespaces = new("--namespace")
    {
        HelpName = "NAME|PATH",
        Description = "A network namespace to serve: a name below /run/netns, a path, or \"self\" for the daemon's own. "
            + "Repeatable; the first is the default of requests [default: self].",
    };

    private readonly Option<string> _stateDirectory = new("--state-dir")
    {
        HelpName = "PATH",
        Description = "The directory to keep policies in across restarts; made where it is missing [default: none, they are forgotten].",
    };

    private readonly Option<bool> _version = new("--version") { Description = "Print the version and end." };

    private readonly RootCommand _root;

    public DaemonCommand()
    {
        _root = new RootCommand(Description);
        _root.Options.Clear();
        _root.Directives.Clear();
        foreach (var option in new Option[] { _config, _socket, _socketGroup, _socketMode, _listen, _namespaces, _stateDirectory, _version })
            _root.Options.Add(option);
        _root.Options.Add(new HelpOption("--help", "-h", "-?"));
        _root.Subcommands.Add(new CertificatesCommand(TimeProvider.System));
        // Without one, the library takes it for granted that a subcommand is wanted.
        _root.SetAction(_ => { });
    }

    /// <summary>Runs the command line: help and version here, everything else through the daemon.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, Func<DaemonOptions, Task<int>> run)
    {
        // An argument that begins with @ is no file of further arguments.
        var parsed = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            throw new ConfigurationException([.. parsed.Errors.Select(error => error.Message.TrimEnd('.'))]);
        if (parsed.Action is HelpAction)
            return await parsed.InvokeAsync();
        if (parsed.GetValue(_version))
        {
            await Console.Out.WriteLineAsync(DaemonVersion.Text);
            return 0;
        }

        if (parsed.CommandResult.Command != _root)
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        return await run(ReadOptions(parsed));
    }

    private DaemonOptions ReadOptions(ParseResult parsed)
    {
        var violations = new List<string>();
        var settings = new SettingsBuilder();
        if (parsed.GetValue(_config) is { } file)
            ConfigurationFile.Read(file, settings, violations);

        Set(ConfigurationKey.SocketPath, parsed.GetValue(_socket));
        Set(ConfigurationKey.SocketGroup, parsed.GetValue(_socketGroup));
        Set(ConfigurationKey.SocketMode, parsed.GetValue(_socketMode));
        Set(ConfigurationKey.Listen, parsed.GetValue(_listen));
        Set(ConfigurationKey.StateDirectory, parsed.GetValue(_stateDirectory));
        if (parsed.GetValue(_namespaces) is { Length: > 0 } namespaces)
            settings.SetList(ConfigurationKey.Namespaces, namespaces);

        var options = new DaemonOptionsReader(settings, violations) { ReadAgain = () => ReadOptions(parsed) }.Read();
        return violations.Count == 0 ? options : throw new ConfigurationException(violations);

        void Set(ConfigurationKey key, string? value)
        {
            if (value is not null)
                settings.Set(key, value);
        }
    }
}
