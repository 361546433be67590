using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>The configuration file of the daemon.</summary>
internal sealed class ConfigurationHarness() : Harness("configuration")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = Bytes(
        "{}",
        """
        {
          // comment
          "socket": { "path": "/run/x.sock", "group": "0", "mode": "0660" }, "listen": "http://127.0.0.1:7600",
          "namespaces": ["self", "blue*"], "state": { "directory": "/var/lib/x" },
          "roles": [{ "name": "edge", /* x */ "scope": { "namespaces": "blue" }, "limits": { "commands_per_second": 500 }, "uids": [1000] }],
          "events": { "logCapacity": 131072 }, "telemetry": { "otlpEndpoint": "http://127.0.0.1:4317" },
        }
        """);

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
    [
        .. ConfigurationKey.All.SelectMany(key => key.Name.Split('.')).Distinct().Select(part => $"\"{part}\": "),
        "\"\\ud800\"", "\\u0000", "\\ud83d\\ude00", "null", "true", "1e400", "-0", "[[", "{{", "//\n", "/**/", "\ufeff", "{\"roles\":[", "]}", "\n",
    ]);

    public override void Take(byte[] input)
    {
        var directory = ScratchDirectory.With("configuration.json", input);
        var violations = new List<string>();
        var settings = new SettingsBuilder();
        try
        {
            ConfigurationFile.Read(Path.Combine(directory, "configuration.json"), settings, violations);
            _ = new DaemonOptionsReader(settings, violations).Read();
        }
        catch (ConfigurationException exception)
        {
            BrokenPromiseException.Unless(exception.Message.Length > 0, "a refusal has words");
        }
    }
}
