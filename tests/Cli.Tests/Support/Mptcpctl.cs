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
        StringWriter? output = null,
        CancellationToken? cancellationToken = null)
    {
        output ??= new StringWriter();
        await using var error = new StringWriter();
        var terminal = new Terminal { Out = output, Error = error, Environment = environment.GetValueOrDefault };
        var exitCode = await CommandLine.RunAsync(args, terminal, cancellationToken ?? TestContext.Current.CancellationToken);
        return new Run(exitCode, output.ToString(), error.ToString());
    }
}
