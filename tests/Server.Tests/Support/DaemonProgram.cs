using System.Diagnostics;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>The daemon as a program: the one built with these tests, or another one that the environment variable MPTCP_CONTROLD names.</summary>
internal static class DaemonProgram
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    private static readonly string[] Command = Environment.GetEnvironmentVariable("MPTCP_CONTROLD") is { Length: > 0 } other
        ? [other]
        : [Environment.ProcessPath is { } dotnet && Path.GetFileName(dotnet) == "dotnet" ? dotnet : "dotnet",
            Path.Combine(AppContext.BaseDirectory, "mptcp-controld.dll")];

    /// <summary>How to start it.</summary>
    public static ProcessStartInfo Start(params IEnumerable<string> arguments)
        => new(Command[0], [.. Command[1..], .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(LongestRun);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"mptcp-controld {string.Join(' ', arguments)} did not end within {LongestRun.TotalSeconds} s");
        }

        return (process.ExitCode, await output, await errors);
    }
}
