using System.ComponentModel;
using System.Diagnostics;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>The yardstick: <c>minimal-path-manager.c</c>, compiled when it is started.</summary>
internal sealed class MinimalPathManager : IPathManager
{
    /// <summary>Its source, from the top of the tree.</summary>
    private const string Source = "tests/Benchmarks/Paths/minimal-path-manager.c";

    private readonly string _directory = Directory.CreateTempSubdirectory("mptcp-bench-").FullName;
    private LabProcess? _process;

    public string Name => "minimal C path manager";

    public PathManagerKind Kind => PathManagerKind.Userspace;

    public TimeSpan? ProcessorTime => ProcessorTimes.Read(_process!.Id);

    public async Task StartAsync(LabHost host)
    {
        var program = Path.Combine(_directory, "minimal-path-manager");
        await CompileAsync(program);
        _process = host.StartProcess(program, host.GetPath(2).IPv4.ToString());
        await _process.ReadUntilAsync(_process.Output, "ready");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task CompileAsync(string program)
    {
        var start = new ProcessStartInfo("cc", ["-O2", "-o", program, Source]) { RedirectStandardError = true };
        try
        {
            using var compiler = Process.Start(start)!;
            var errors = await compiler.StandardError.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException($"cc cannot compile {Source}:\n{errors.Trim()}");
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(
                $"the daemon is compared with {Source}, which is compiled for that, and there is no C compiler: install gcc or clang", missing);
        }
    }
}
