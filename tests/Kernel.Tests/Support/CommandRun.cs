using System.Diagnostics;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>What a run of mptcpctl left behind.</summary>
sealed record CommandRun(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    static readonly TimeSpan RunTimeout = TimeSpan.FromSeconds(30);

    public static async Task<CommandRun> RunAsync(LabHost host, string address, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Programs.CommandLine, arguments);
        start.Environment["MPTCPCTL_ADDRESS"] = address;
        await using var process = host.StartProcess(start);
        var exitCode = await process.WaitForExitAsync(RunTimeout);
        return new CommandRun(
            exitCode, await process.Output.ReadAllAsync().ToListAsync(), await process.Errors.ReadAllAsync().ToListAsync());
    }

    /// <summary>Asserts that it did what was asked for, and had nothing to complain about.</summary>
    public CommandRun Succeeded()
    {
        Assert.Equal("", string.Join('\n', Errors));
        Assert.Equal(0, ExitCode);
        return this;
    }

    /// <summary>Asserts that it ended so, with nothing on its output and one line of error that holds some words.</summary>
    public void Failed(int exitCode, params IEnumerable<string> words)
    {
        Assert.True(Errors.Count == 1, $"expected one line of error, got {Errors.Count}:\n{string.Join('\n', Errors)}");
        foreach (var word in words)
            Assert.Contains(word, Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("mptcpctl: ", Errors[0], StringComparison.Ordinal);
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(Output);
    }
}
