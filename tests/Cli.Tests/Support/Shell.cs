using System.Diagnostics;

namespace Mptcp.ControlPlane.Cli.Tests.Support;

/// <summary>Runs bash with the built mptcpctl in its path.</summary>
static class Shell
{
    // The program's own output, beside this project's in the same configuration: the copy in the latter lacks what ASP.NET has
    // and the program brings along. The variable names the folder of another build to test, such as the native one.
    static readonly string Program = Environment.GetEnvironmentVariable("MPTCPCTL_TESTED")
        ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<(string Out, string Error, int ExitCode)> RunAsync(string script, params IEnumerable<string> arguments)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var start = new ProcessStartInfo("bash", ["--norc", "-c", script, "bash", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = Program + ":" + start.Environment["PATH"];
        using var bash = Process.Start(start)!;
        try
        {
            var output = bash.StandardOutput.ReadToEndAsync(patience.Token);
            var error = bash.StandardError.ReadToEndAsync(patience.Token);
            await bash.WaitForExitAsync(patience.Token);
            return (await output, await error, bash.ExitCode);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"bash did not end in {Patience}: {script}", e);
        }
        finally
        {
            if (!bash.HasExited)
                bash.Kill(entireProcessTree: true);
        }
    }
}
