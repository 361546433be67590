using System.Reflection;
using Mptcp.ControlPlane.Cli.Tests.Support;

namespace Mptcp.ControlPlane.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("node --help")]
    [InlineData("subflow create --help")]
    [InlineData("subflow create --help --bogus")]
    public async Task Help_is_shown_whatever_else_is_wrong(string commandLine)
    {
        var run = (await Mptcpctl.RunAsync(commandLine)).Succeeded();

        Assert.Contains("Usage:", run.Out, StringComparison.Ordinal);
        Assert.Contains("--address", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_tells_the_exit_codes() =>
        Assert.Contains(
            "Exit codes: 0 done, 1 refused by the daemon, 2 bad usage, 3 the daemon cannot be reached.",
            (await Mptcpctl.RunAsync("--help")).Out,
            StringComparison.Ordinal);

    [Fact]
    public async Task The_version_is_the_products()
    {
        var version = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        Assert.Equal(version + "\n", (await Mptcpctl.RunAsync("--version")).Succeeded().Out);
    }

    [Theory]
    [InlineData("--output table", "a command is missing: node, endpoint, limits, connection, subflow, address, socket, policy, session, audit, sample, watch, completion", "mptcpctl")]
    [InlineData("nod show", "'nod' is none of the commands node, endpoint, limits, connection, subflow, address, socket, policy, session, audit, sample, watch, completion", "mptcpctl")]
    [InlineData("node", "a command is missing: show, namespaces, interfaces, sysctls, set", "mptcpctl node")]
    [InlineData(
        "node shw --timeout x",
        "'shw' is none of the commands show, namespaces, interfaces, sysctls, set; --timeout: 'x' is not a duration: expected for instance 500ms, 2s or 1m30s",
        "mptcpctl node")]
    [InlineData("node show --bogus", "unrecognized command or argument '--bogus'", "mptcpctl node show")]
    [InlineData("node show extra", "unrecognized command or argument 'extra'", "mptcpctl node show")]
    // Not the name of a file with more arguments.
    [InlineData("node @file", "'@file' is none of the commands show, namespaces, interfaces, sysctls, set", "mptcpctl node")]
    public async Task A_command_that_is_none_is_bad_usage(string commandLine, string expected, string command) =>
        Assert.Equal($"{expected}; see '{command} --help'", (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine);
}
