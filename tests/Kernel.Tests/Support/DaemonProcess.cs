using System.Globalization;
using Mptcp.ControlPlane.Client;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>mptcp-controld as a process, and a client of it.</summary>
sealed class DaemonProcess : IAsyncDisposable
{
    // .NET has much to compile at first, and the processors may be busy.
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    const string DirectoryPrefix = "mptcp-kernel-tests-";

    readonly DirectoryInfo _directory;
    readonly LabHost _host;
    readonly string[] _arguments;

    DaemonProcess(LabHost host, DirectoryInfo directory, string[] arguments, LabProcess process)
    {
        (_host, _directory, _arguments) = (host, directory, arguments);
        Process = process;
        Client = Connect();
    }

    public LabProcess Process { get; private set; }

    /// <summary>Where it listens, as clients are told.</summary>
    public string Address => "unix:" + SocketPath(_directory);

    public ControlPlaneClient Client { get; private set; }

    /// <summary>Starts it in a host's namespace and waits until it is ready.</summary>
    public static Task<DaemonProcess> StartAsync(LabHost host, params IEnumerable<string> arguments) =>
        StartAsync(host, Directory.CreateTempSubdirectory(DirectoryPrefix), arguments);

    /// <summary>As starting it with arguments, with the text of a configuration file.</summary>
    public static async Task<DaemonProcess> StartConfiguredAsync(LabHost host, string configuration)
    {
        var directory = Directory.CreateTempSubdirectory(DirectoryPrefix);
        var file = Path.Combine(directory.FullName, "configuration.json");
        await File.WriteAllTextAsync(file, configuration);
        return await StartAsync(host, directory, ["--config", file]);
    }

    /// <summary>Resident memory in bytes (<c>VmRSS</c>).</summary>
    public long ReadResidentMemory()
    {
        var line = File.ReadLines($"/proc/{Process.Id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Kills it (SIGKILL), as a crash would, and waits for its end.</summary>
    public async Task KillAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>, with what it was started with, and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        Process = await RunAsync(_host, _arguments);
        Client = Connect();
    }

    // What a daemon's stream ends with is what is tested here, not how a client goes on after it.
    ControlPlaneClient Connect() => new(Address, new ControlPlaneClientOptions { Reconnection = null });

    static async Task<DaemonProcess> StartAsync(LabHost host, DirectoryInfo directory, IEnumerable<string> arguments)
    {
        // Tests and their programs have capabilities that it has not, and are to be seen by it all the same.
        string[] all = ["--socket", SocketPath(directory), "--owners", .. arguments];
        try
        {
            return new DaemonProcess(host, directory, all, await RunAsync(host, all));
        }
        catch
        {
            directory.Delete(recursive: true);
            throw;
        }
    }

    static async Task<LabProcess> RunAsync(LabHost host, string[] arguments)
    {
        var process = host.StartProcess(Programs.Daemon, arguments);
        try
        {
            await process.ReadUntilAsync(process.Errors, "READY on ", StartTimeout);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    static string SocketPath(DirectoryInfo directory) => Path.Combine(directory.FullName, "control.sock");
}
