using System.Text;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Support;

/// <summary>Runs mptcpctl in this process.</summary>
static class Mptcpctl
{
    /// <summary>Runs it against a daemon; words are parted by single spaces.</summary>
    public static Task<Run> RunAsync(FakeDaemon daemon, string commandLine) =>
        RunAsync(commandLine.Split(' '), new() { [GlobalOptions.AddressVariable] = daemon.Address });

    /// <summary>Runs it with no daemon to be found.</summary>
    public static Task<Run> RunAsync(string commandLine) => RunAsync(commandLine.Split(' '), []);

    /// <summary>Runs it.</summary>
    public static async Task<Run> RunAsync(
        string[] args,
        Dictionary<string, string> environment,
        MemoryStream? output = null,
        CancellationToken? cancellationToken = null,
        Stream? input = null)
    {
        output ??= new MemoryStream();
        await using var error = new StringWriter();
        var terminal = new Terminal(output, error) { Environment = environment.GetValueOrDefault, Input = () => input ?? Stream.Null };
        var exitCode = await CommandLine.RunAsync(args, terminal, cancellationToken ?? TestContext.Current.CancellationToken);
        return new Run(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
