using Mptcp.ControlPlane.Client;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Supervision;

/// <summary>mptcp-controld in a host's namespace, which it serves, and the service manager that starts it again and again.</summary>
sealed class SupervisedDaemon : IAsyncDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-kernel-tests-");
    readonly LabHost _host;
    readonly string[] _arguments;
    readonly TimeSpan? _watchdog;
    LabProcess? _process;

    SupervisedDaemon(LabHost host, string configuration, TimeSpan? watchdog)
    {
        var file = Path.Combine(_directory.FullName, "configuration.json");
        File.WriteAllText(file, configuration);
        (_host, _watchdog) = (host, watchdog);
        _arguments = ["--socket", SocketPath, "--config", file];
        Client = new ControlPlaneClient(Address, new ControlPlaneClientOptions { Reconnection = null });
    }

    public LabSupervisor Supervisor { get; } = new();

    public LabProcess Process => _process ?? throw new InvalidOperationException("it does not run");

    /// <summary>Where it listens, as clients are told.</summary>
    public string Address => $"unix:{SocketPath}";

    /// <summary>A client of whichever daemon runs.</summary>
    public ControlPlaneClient Client { get; }

    string SocketPath => Path.Combine(_directory.FullName, "control.sock");

    /// <summary>Starts it, and waits until it says that it is ready.</summary>
    public static async Task<SupervisedDaemon> StartAsync(LabHost host, string configuration = "{}", TimeSpan? watchdog = null)
    {
        var daemon = new SupervisedDaemon(host, configuration, watchdog);
        try
        {
            await daemon.StartAsync();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it with whatever the manager keeps for it, and waits until it says that it is ready.</summary>
    public async Task StartAsync()
    {
        var before = Supervisor.Messages.Count;
        _process = Supervisor.Start(_host, Programs.Daemon, _arguments, _watchdog);
        try
        {
            await Supervisor.MessageAsync("the daemon to be ready", message => message.Has("READY=1"), before);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nand the daemon said:\n{_process.Transcript}", e);
        }
    }

    /// <summary>Ends it: by asking it to (SIGTERM), or as a crash would (SIGKILL).</summary>
    public async Task EndAsync(bool kill = false)
    {
        if (!kill)
        {
            Process.Terminate();
            Assert.Equal(0, await Process.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        }

        await Process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        await Supervisor.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
