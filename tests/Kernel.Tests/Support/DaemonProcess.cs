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

    DaemonProcess(DirectoryInfo directory, LabProcess process)
    {
        _directory = directory;
        Process = process;
        Client = new ControlPlaneClient(Address);
    }

    public LabProcess Process { get; }

    /// <summary>Where it listens, as clients are told.</summary>
    public string Address => "unix:" + SocketPath(_directory);

    public ControlPlaneClient Client { get; }

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

    static async Task<DaemonProcess> StartAsync(LabHost host, DirectoryInfo directory, IEnumerable<string> arguments)
    {
        var process = host.StartProcess(Programs.Daemon, ["--socket", SocketPath(directory), .. arguments]);
        try
        {
            await process.ReadUntilAsync(process.Errors, "READY on ", StartTimeout);
            return new DaemonProcess(directory, process);
        }
        catch
        {
            await process.DisposeAsync();
            directory.Delete(recursive: true);
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
