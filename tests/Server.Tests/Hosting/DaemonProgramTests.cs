using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Hosting;

/// <summary>The program where it ends before it has done anything: one line on the standard error, and an exit code.</summary>
public sealed class DaemonProgramTests
{
    [Fact]
    public async Task The_version_is_printed()
    {
        var (exitCode, output, errors) = await DaemonProgram.RunAsync("--version");
        Assert.Equal((0, $"{DaemonVersion.Text}\n", ""), (exitCode, output, errors));
    }

    [Fact]
    public async Task The_help_names_every_flag_and_exit_code()
    {
        var (exitCode, output, errors) = await DaemonProgram.RunAsync("--help");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.All(ConfigurationKey.All.Where(key => key.Flag is not null), key => Assert.Contains(key.Flag!, output, StringComparison.Ordinal));
        Assert.All(Document.Rows("configuration.md", "code"), row => Assert.Contains($" {row[0]} ", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Unrecognized command or argument '--bogus'", "--bogus")]
    [InlineData("plain text is served on loopback addresses only", "--listen", "http://0.0.0.0:7600")]
    [InlineData("the configuration file cannot be read", "--config", "/nonexistent")]
    [InlineData("'/dev/zero' is longer than 4194304 bytes", "--config", "/dev/zero")]
    public async Task A_wrong_command_line_ends_it_with_2(string problem, params string[] arguments)
        => AssertLine(2, problem, await DaemonProgram.RunAsync(arguments));

    [Fact]
    public async Task A_wrong_configuration_ends_it_with_2()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("controld.json", """{ "sockett": {}, "events": { "logCapacity": 1 } }""");
        var run = await DaemonProgram.RunAsync("--config", file);
        AssertLine(2, "\"sockett\" is no setting; the nearest is \"socket.", run);
        Assert.Contains("events.logCapacity: must be a whole number", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_cannot_be_made_ends_it_with_1()
    {
        using var directory = new TemporaryDirectory();
        var path = $"{directory.Write("file", "")}/control.sock";
        AssertLine(1, $"cannot serve on {path}: ", await DaemonProgram.RunAsync("--socket", path));
    }

    [Fact]
    public async Task Another_daemon_at_the_same_path_ends_it_with_1()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("control.sock");
        using var other = ControlSocket.Claim(new DaemonOptions { SocketPath = path });
        AssertLine(1, $"another mptcp-controld is already serving {path}", await DaemonProgram.RunAsync("--socket", path));
    }

    [Fact]
    public async Task A_path_of_no_namespace_ends_it_with_1()
    {
        using var directory = new TemporaryDirectory();
        var run = await DaemonProgram.RunAsync("--socket", directory.File("control.sock"), "--namespace", "/no/such/namespace");
        AssertLine(1, "a network namespace cannot be served: cannot open /no/such/namespace: ENOENT", run);
        Assert.False(Path.Exists(directory.File("control.sock")));
    }

    [LabFact]
    public async Task A_state_directory_that_cannot_be_made_ends_it_with_1()
    {
        using var directory = new TemporaryDirectory();
        var state = $"{directory.Write("file", "")}/state";
        var run = await DaemonProgram.RunAsync("--socket", directory.File("control.sock"), "--state-dir", state);
        AssertLine(1, $"cannot keep policies in {state}: ", run);
    }

    internal static void AssertLine(int exitCode, string text, (int ExitCode, string Output, string Errors) run)
    {
        Assert.StartsWith("mptcp-controld: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains(text, run.Errors, StringComparison.Ordinal);
        Assert.Equal(run.Errors.Length - 1, run.Errors.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
    }
}
