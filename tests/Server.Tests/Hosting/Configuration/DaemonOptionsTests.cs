using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Tokens;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Configuration;

public sealed class DaemonOptionsTests
{
    [Fact]
    public async Task Without_anything_said_the_defaults_hold()
    {
        var options = await ReadAsync();
        Assert.Equal("/run/mptcp-controld/control.sock", options.SocketPath);
        Assert.Null(options.SocketGroup);
        Assert.Equal(Convert.ToInt32("0660", 8), (int)options.SocketMode);
        Assert.Null(options.Listen);
        Assert.Empty(options.Namespaces);
        Assert.Equal(65_536, options.EventLogCapacity);
        Assert.Equal(64 * 1024 * 1024, options.EventLogBytes);
        Assert.Equal(8 * 1024 * 1024, options.EventReceiveBufferBytes);
        Assert.Equal((15, 10), (options.KeepAliveInterval.TotalSeconds, options.KeepAliveTimeout.TotalSeconds));
        Assert.False(options.CongestionTuning);
        Assert.Null(options.OtlpEndpoint);
        Assert.Null(options.StateDirectory);
        Assert.Equal(new LimitRules(), options.Limits);
    }

    [Fact]
    public async Task Privileges_are_kept_where_the_file_or_a_flag_says_so()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("controld.json", """
            { "privileges": { "user": "root", "owners": true, "lowPorts": true }, "congestion": { "tuning": true } }
            """);
        var wrong = directory.Write("wrong.json", """{ "privileges": { "user": "no-such-user", "owners": "yes" } }""");

        var (by, options, flagged) = (await ReadAsync(), await ReadAsync("--config", file), await ReadAsync("--owners"));
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync("--config", wrong));

        Assert.Equal((null, false, false, false), (by.User, by.FindsOwners, by.ListensAtLowPorts, by.CongestionTuning));
        Assert.Equal((new DaemonUser("root", 0, 0), true, true, true), (options.User, options.FindsOwners, options.ListensAtLowPorts, options.CongestionTuning));
        Assert.True(flagged.FindsOwners);
        Assert.Contains("\"privileges.owners\" must be true or false", refused.Message, StringComparison.Ordinal);
        Assert.Contains("privileges.user: there is no user \"no-such-user\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_sets_everything_and_flags_win()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("controld.json", """
            {
              // Comments are welcome, and so are trailing commas.
              "socket": { "path": "/tmp/one.sock", "group": "4321", "mode": "0600" },
              "listen": "http://127.0.0.1:7600",
              "namespaces": ["self", "blue"],
              "state": { "directory": "/var/lib/one" },
              "limits": {
                "connections": 1, "connectionsPerCaller": 2, "connectionsPerSecond": 7, "bytesPerSecond": 8,
                "streamsPerCaller": 3, "callsPerCaller": 4, "requestsPerSecond": 0,
                "requestBytes": 1024, "headerBytes": 2048, "firstByteSeconds": 5
              },
              "events": { "logCapacity": 2048, "logBytes": 1048576, "receiveBufferBytes": "65536" },
              "congestion": { "tuning": true },
              "callers": { "keepAliveIntervalSeconds": 3600, "keepAliveTimeoutSeconds": 1 },
              "telemetry": { "otlpEndpoint": "https://collector.example:4317" },
            }
            """);

        var options = await ReadAsync("--config", file);
        Assert.Equal("/tmp/one.sock", options.SocketPath);
        Assert.Equal(4321u, options.SocketGroup);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, options.SocketMode);
        Assert.Equal(new Uri("http://127.0.0.1:7600"), options.Listen);
        Assert.Equal(["self", "blue"], options.Namespaces);
        Assert.Equal("/var/lib/one", options.StateDirectory);
        Assert.Equal((2048, 1048576, 65536), (options.EventLogCapacity, options.EventLogBytes, options.EventReceiveBufferBytes));
        Assert.Equal((3600, 1), (options.KeepAliveInterval.TotalSeconds, options.KeepAliveTimeout.TotalSeconds));
        Assert.True(options.CongestionTuning);
        Assert.Equal(new Uri("https://collector.example:4317"), options.OtlpEndpoint);
        Assert.Equal(
            new LimitRules
            {
                Connections = 1,
                ConnectionsPerCaller = 2,
                ConnectionsPerSecond = 7,
                BytesPerSecond = 8,
                StreamsPerCaller = 3,
                CallsPerCaller = 4,
                RequestsPerSecond = 0,
                RequestBytes = 1024,
                HeaderBytes = 2048,
                FirstByte = TimeSpan.FromSeconds(5),
            },
            options.Limits);

        var flagged = await ReadAsync(
            "--namespace", "/run/netns/red", "--socket", "/tmp/two.sock", "--config", file, "--namespace", "green",
            "--socket-group", "root", "--socket-mode", "666", "--listen", "http://[::1]:0", "--state-dir", "/var/lib/two");
        Assert.Equal("/tmp/two.sock", flagged.SocketPath);
        Assert.Equal(0u, flagged.SocketGroup);
        Assert.Equal(Convert.ToInt32("666", 8), (int)flagged.SocketMode);
        Assert.Equal(new Uri("http://[::1]:0"), flagged.Listen);
        Assert.Equal(["/run/netns/red", "green"], flagged.Namespaces);
        Assert.Equal("/var/lib/two", flagged.StateDirectory);
        Assert.Equal(2048, flagged.EventLogCapacity);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_in_one_message()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("controld.json", """
            {
              "sokcet": {},
              "socket": { "pth": "/x", "group": "no-such-group", "mode": "0999" },
              "listen": ["http://127.0.0.1:1"],
              "logCapacity": 1,
              "namespaces": ["blue", "", "blue"],
              "events": { "logCapacity": 3, "logBytes": 1048575, "receiveBufferBytes": 1e9, "logCapacity": 4 },
              "callers": { "keepAliveIntervalSeconds": 0, "keepAliveTimeoutSeconds": 3601 },
              "congestion": { "tuning": "true" },
              "telemetry": "http://collector.example"
            }
            """);

        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => ReadAsync("--config", file, "--socket", "relative.sock", "--state-dir", "state"));

        string[] problems =
        [
            $"{file}: \"sokcet\" is no setting; the nearest is \"socket.",
            $"{file}: \"socket.pth\" is no setting; the nearest is \"socket.path\"",
            $"{file}: \"listen\" must be a text or a number",
            $"{file}: \"logCapacity\" is no setting; the nearest is \"events.logCapacity\"",
            $"{file}: \"events.logCapacity\" stands there twice",
            $"{file}: \"congestion.tuning\" must be true or false",
            $"{file}: \"telemetry\" must be an object",
            "socket.path (--socket): must be an absolute path, and is \"relative.sock\"",
            "socket.group (--socket-group): there is no group \"no-such-group\"",
            "socket.mode (--socket-mode): must be permissions in octal such as \"0660\", and is \"0999\"",
            "namespaces (--namespace): a name is empty",
            "state.directory (--state-dir): must be an absolute path, and is \"state\"",
            "namespaces (--namespace): \"blue\" stands there twice",
            "events.logCapacity: must be a whole number, 1024 to 16777216, and is \"3\"",
            "events.logBytes: must be a whole number, 1048576 to 2147483647, and is \"1048575\"",
            "callers.keepAliveIntervalSeconds: must be a whole number, 1 to 3600, and is \"0\"",
            "callers.keepAliveTimeoutSeconds: must be a whole number, 1 to 3600, and is \"3601\"",
            "events.receiveBufferBytes: must be a whole number, 65536 to 1073741823, and is \"1e9\"",
        ];
        Assert.All(problems, problem => Assert.Contains(problem, exception.Message, StringComparison.Ordinal));
        Assert.Equal(problems.Length, exception.Message.Split("; ").Length - exception.Message.Split("; the nearest").Length + 1);
    }

    [Theory]
    [InlineData("http://0.0.0.0:7600", "plain text is served on loopback addresses only")]
    [InlineData("http://198.18.0.1:7600", "plain text is served on loopback addresses only")]
    [InlineData("http://[::]:7600", "plain text is served on loopback addresses only")]
    [InlineData("http://host.example:7600", "plain text is served on loopback addresses only")]
    [InlineData("https://host.example:7600", "must have an address, such as")]
    [InlineData("ftp://127.0.0.1:7600", "must be a URL such as")]
    [InlineData("https://127.0.0.1:7600/path", "must be a URL such as")]
    [InlineData("http://127.0.0.1:7600/path", "must be a URL such as")]
    [InlineData("http://me@127.0.0.1:7600", "must be a URL such as")]
    [InlineData("127.0.0.1:7600", "must be a URL such as")]
    [InlineData("http://127.0.0.1:65536", "must be a URL such as")]
    public async Task Only_plain_text_on_a_loopback_address_and_TLS_are_listened_for(string url, string problem)
    {
        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync("--listen", url));
        Assert.StartsWith($"listen (--listen): {problem}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://0.0.0.0:7600")]
    [InlineData("https://[::]:0")]
    [InlineData("https://198.18.0.1:7600")]
    [InlineData("https://localhost:7600")]
    public async Task TLS_is_served_on_any_address(string url)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("controld.json", """
            { "tls": { "certificate": "/c/server.pem", "key": "/c/server.key", "clientCa": "/c/ca.pem", "revoked": "/c/revoked.pem" } }
            """);
        var options = await ReadAsync("--listen", url, "--config", file);
        Assert.Equal(new Uri(url), options.Listen);
        Assert.Equal(new TlsFiles("/c/server.pem", "/c/server.key", "/c/ca.pem", "/c/revoked.pem"), options.Tls);
    }

    [Theory]
    [InlineData("{}", "tls.certificate: is needed, as listen (--listen) is \"https://[::1]:0\"; tls.key: is needed", "--listen", "https://[::1]:0")]
    [InlineData("{ \"tls\": { \"key\": \"k\" } }", "tls.key: must be an absolute path, and is \"k\"")]
    [InlineData("{ \"tls\": { \"key\": \"/k\" } }", "tls.key: is for https, and listen (--listen) is not set")]
    [InlineData("{ \"tls\": { \"revoked\": \"/k\" } }", "tls.revoked: is for https, and listen (--listen) is \"http://[::1]:0\"", "--listen", "http://[::1]:0")]
    public async Task TLS_is_set_up_whole_or_not_at_all(string content, string problem, params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => ReadAsync([.. arguments, "--config", directory.Write("controld.json", content)]));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_have_an_issuer_an_audience_and_keys()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("controld.json", """
            {
              "tls": { "certificate": "/c/server.pem", "key": "/c/server.key", "clientCa": "/c/ca.pem" },
              "tokens": { "issuer": "https://issuer.example", "audience": "edge-1", "keys": "/c/keys.json" }
            }
            """);
        var options = await ReadAsync("--listen", "https://0.0.0.0:7600", "--config", file);
        Assert.Equal(new TokenRules("https://issuer.example", "edge-1", "/c/keys.json"), options.Tokens);
    }

    [Theory]
    [InlineData("{ \"issuer\": \"i\" }", "tokens.audience: is needed, as tokens.issuer is set; tokens.keys: is needed, as tokens.issuer is set")]
    [InlineData("{ \"keys\": \"/k\" }", "tokens.issuer: is needed, as tokens.keys is set")]
    [InlineData("{ \"issuer\": \"\", \"audience\": \"a\", \"keys\": \"/k\" }", "tokens.issuer: must not be empty")]
    [InlineData("{ \"issuer\": \"i\", \"audience\": \"a\", \"keys\": \"k\" }", "tokens.keys: must be the absolute path of a file, and is \"k\"")]
    [InlineData("{ \"issuer\": \"i\", \"audience\": \"a\", \"keys\": \"/k\" }", "tokens.issuer: tokens are for https, and listen (--listen) is not set")]
    [InlineData(
        "{ \"issuer\": \"i\", \"audience\": \"a\", \"keys\": \"/k\" }",
        "tokens.issuer: tokens are for https, and listen (--listen) is \"http://[::1]:0\"", "--listen", "http://[::1]:0")]
    public async Task Tokens_are_set_up_whole_or_not_at_all(string tokens, string problem, params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => ReadAsync([.. arguments, "--config", directory.Write("controld.json", $"{{ \"tokens\": {tokens} }}")]));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_path_is_as_long_as_the_kernel_takes_and_no_longer()
    {
        var longest = $"/{new string('x', 106)}";
        Assert.Equal(longest, (await ReadAsync("--socket", longest)).SocketPath);
        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync("--socket", $"{longest}é"));
        Assert.Contains("too long for a Unix socket: 109 bytes, of at most 107", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "is not JSON: line 1")]
    [InlineData("[]", "must hold a JSON object")]
    [InlineData("{ \"namespaces\": \"blue\" }", "\"namespaces\" must be a list of texts")]
    [InlineData("{ \"telemetry\": { \"otlpEndpoint\": \"collector:4317\" } }", "must be an http or https URL")]
    public async Task A_file_of_the_wrong_form_is_refused(string content, string problem)
    {
        using var directory = new TemporaryDirectory();
        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => ReadAsync("--config", directory.Write("controld.json", content)));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("argument")]
    [InlineData("--listen")]
    [InlineData("--config", "/nonexistent/controld.json")]
    [InlineData("--listen", "http://127.0.0.1:1", "--listen", "http://127.0.0.1:2")]
    public async Task A_wrong_command_line_is_refused(params string[] arguments)
    {
        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync(arguments));
        Assert.Contains(arguments[0], exception.Message.Replace("configuration file", "--config", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_lists_every_key_with_its_flag()
    {
        var rows = Document.Rows("configuration.md", "key");
        Assert.Equal(ConfigurationKey.All.Select(key => (key.Name, key.Flag ?? "")), rows.Select(row => (row[0], row[1])));
    }

    private static async Task<DaemonOptions> ReadAsync(params string[] arguments)
    {
        DaemonOptions? read = null;
        await new DaemonCommand().InvokeAsync(arguments, options =>
        {
            read = options;
            return Task.FromResult(0);
        });
        return read!;
    }
}
