using System.Diagnostics;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Demo;

/// <summary>The controller as the demo sees it: a process of an unprivileged user, whose words become lines of the story.</summary>
sealed class ControllerProcess
{
    readonly LabProcess _process;
    readonly Narrator _narrator;
    readonly TaskCompletionSource<string> _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _relaying;
    string _errors = "";

    ControllerProcess(LabProcess process, Narrator narrator)
    {
        _process = process;
        _narrator = narrator;
        _relaying = RelayAsync();
    }

    /// <summary>What the controller says when the second path is there; fails when the controller ends before.</summary>
    public Task<string> Added => _added.Task;

    /// <summary>Starts <see cref="Controller"/> on a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="room">Where it finds itself, and the daemon's socket.</param>
    /// <param name="user">Who it is to be.</param>
    /// <param name="path">The path that it is to add.</param>
    /// <param name="narrator">Tells what it says.</param>
    public static ControllerProcess Start(LabHost host, PrivateRoom room, UnprivilegedUser user, LabPath path, Narrator narrator)
    {
        var command = user.RunArguments(
            room.Dotnet, room.Program, "controller", $"unix:{room.Socket}", path.IPv4.ToString(), path.PeerIPv4.ToString());
        var start = new ProcessStartInfo("setpriv", command) { WorkingDirectory = "/" };
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its pipes in /tmp would outlive a kill
        return new ControllerProcess(host.StartProcess(start), narrator);
    }

    /// <summary>Waits until the controller has seen the end of the connection, and has ended itself.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        var code = await _process.WaitForExitAsync();
        await _relaying.WaitAsync(cancellation); // its streams end with it
        StepFailedException.Unless(code == 0, $"the controller ended with {code}: {_errors}");
    }

    async Task RelayAsync()
    {
        await foreach (var line in _process.Output.ReadAllAsync())
        {
            _narrator.Tell($"the controller {line}");
            if (line.StartsWith(Controller.PathAdded, StringComparison.Ordinal))
                _added.TrySetResult(line);
        }

        var errors = new List<string>();
        await foreach (var line in _process.Errors.ReadAllAsync())
            errors.Add(line);
        _errors = string.Join(' ', errors);
        _added.TrySetException(new StepFailedException($"the controller ended: {_errors}"));
    }
}
