using System.Diagnostics;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A sample controller as a process, whatever it is written in.</summary>
sealed class SampleController : IAsyncDisposable
{
    // Runtimes read and compile much at their start, and the processors may be busy.
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    SampleController(LabProcess process) => Process = process;

    public LabProcess Process { get; }

    /// <summary>Starts one in a host's namespace, and does not wait.</summary>
    public static SampleController Start(LabHost host, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its pipes in /tmp would outlive a kill
        return new SampleController(host.StartProcess(start));
    }

    /// <summary>Reads what it prints up to a line that contains a text (<c>primary</c>); lines before are gone.</summary>
    public Task<string> WaitForAsync(string text) => Process.ReadUntilAsync(Process.Output, text, Timeout);

    /// <summary>Asks it to end (SIGTERM).</summary>
    /// <returns>The exit code, and all that it complained of.</returns>
    public async Task<(int ExitCode, string Complaints)> EndAsync()
    {
        Process.Terminate();
        var exitCode = await Process.WaitForExitAsync(Timeout);
        return (exitCode, string.Join('\n', await Process.Errors.ReadAllAsync().ToListAsync()));
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
