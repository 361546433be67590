using System.Diagnostics;
using System.Globalization;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Demo;

/// <summary>The daemon, as the real process that it is in production: the one program here that may do anything.</summary>
sealed class DaemonProcess
{
    static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(15);

    readonly LabProcess _process;

    DaemonProcess(LabProcess process) => _process = process;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts mptcp-controld on a host and waits until it serves.</summary>
    /// <param name="host">The host whose connections it is to serve.</param>
    /// <param name="room">Where its socket goes.</param>
    /// <param name="user">Whose group may use the socket.</param>
    public static async Task<DaemonProcess> StartAsync(LabHost host, PrivateRoom room, UnprivilegedUser user)
    {
        // artifacts/bin/Demo/CONFIGURATION and artifacts/bin/Server/CONFIGURATION
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Server", configuration, "mptcp-controld.dll"));
        StepFailedException.Unless(File.Exists(program), $"there is no {program}; build the solution first");

        var group = user.Group.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(room.Dotnet, [program, "--socket", room.Socket, "--socket-group", group]);
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its pipes in /tmp would outlive a kill
        var process = host.StartProcess(start);
        await process.ReadUntilAsync(process.Errors, "READY on", LongestStart);
        return new DaemonProcess(process);
    }

    /// <summary>Asks the daemon to end and waits until it has.</summary>
    public async Task StopAsync()
    {
        _process.Terminate();
        var code = await _process.WaitForExitAsync();
        StepFailedException.Unless(code == 0, $"it ended with {code} and wrote:\n{_process.Transcript}");
    }
}
