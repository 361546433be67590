using System.Globalization;
using System.Runtime.InteropServices;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Demo;

/// <summary>
/// The story of the product on real traffic: a connection begins on one path; a program without privileges gives it a second one, through
/// the daemon; the first path is cut, and the application notices nothing.
/// </summary>
sealed class Demonstration(Narrator narrator, CancellationToken cancellation) : IAsyncDisposable
{
    const long Some = 2_000_000; // bytes: more than handshakes, acknowledgements and neighbour discovery ever make

    static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(15);

    // In the order in which they are made; they end in the opposite one.
    NetworkLab? _lab;
    PrivateRoom? _room;
    Application? _application;

    /// <summary>Runs the demo.</summary>
    /// <returns>The exit code: 0 passed, 1 failed, 130 interrupted.</returns>
    public static async Task<int> RunAsync()
    {
        using var interrupt = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);
        var narrator = new Narrator();
        try
        {
            await using (var demonstration = new Demonstration(narrator, interrupt.Token))
                await demonstration.TellAsync();
            return narrator.Pass();
        }
        catch (Exception) when (interrupt.IsCancellationRequested)
        {
            return narrator.Interrupt();
        }
        catch (Exception e)
        {
            return narrator.Fail(e);
        }

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = !interrupt.IsCancellationRequested; // a second signal ends the process, and with it everything else
            interrupt.Cancel();
        }
    }

    /// <summary>Ends what is still there.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_application is not null)
                await _application.DisposeAsync();
        }
        finally
        {
            if (_lab is not null)
                await _lab.DisposeAsync(); // with the processes of its hosts
            _room?.Dispose();
        }
    }

    async Task TellAsync()
    {
        narrator.Try("making two hosts with two paths");
        _lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Userspace, cancellation);
        _room = PrivateRoom.Create();
        var (client, user) = (_lab.Client, UnprivilegedUser.Find());
        var paths = client.Paths.Select(path => $"{path.IPv4} -- {path.PeerIPv4}");
        narrator.Tell($"two hosts, client and server, with two paths between them: {string.Join(" and ", paths)}");

        narrator.Try("starting mptcp-controld on the client");
        var daemon = await DaemonProcess.StartAsync(client, _room, user);
        narrator.Tell($"mptcp-controld, process {daemon.Id}, serves the client on {_room.Socket}, which group {user.Group} may use");

        narrator.Try("connecting the application over path 1");
        _application = await Application.StartAsync(_lab, cancellation);
        var connection = _application.Connection;
        narrator.Tell(
            $"the application connected over path 1: {connection.LocalEndPoint} -> {connection.RemoteEndPoint}, "
            + $"token 0x{connection.Token:x8}, and sends {Megabytes(Application.Length)}");

        narrator.Try("waiting for the application's first bytes");
        var before = Traffic;
        await UntilAsync("bytes on path 1", () => Traffic.Since(before).First > Some);
        StepFailedException.Unless(Traffic.Since(before).Second < Some, $"nothing should have used path 2 yet: {Traffic.Since(before)}");
        TellTraffic("bytes flow on path 1:", before);

        narrator.Try("having an unprivileged controller add path 2");
        var controller = ControllerProcess.Start(client, _room, user, client.GetPath(2), narrator);
        await LabWait.ForAsync("the controller to add path 2", controller.Added.WaitAsync(cancellation), LongestStep);
        await UntilAsync("a second subflow at both ends", () => _application.Subflows == (2, 2));
        StepFailedException.Unless(
            FindSubflow(2) is { IsEstablished: true }, "the application's socket shows no established subflow on path 2");

        narrator.Try("seeing bytes flow on both paths");
        before = Traffic;
        await UntilAsync("bytes on both paths", () => Traffic.Since(before) is { First: > Some, Second: > Some });
        TellTraffic("bytes flow on both paths:", before);

        narrator.Try("cutting path 1");
        await _application.RequireRunningAsync();
        await _lab.Server.CutPathAsync(1, cancellation);
        (before, var remaining) = (Traffic, _application.Remaining);
        narrator.Tell($"path 1 is cut at the server's end, with {Megabytes(remaining)} still to send");

        narrator.Try("seeing the transfer go on over path 2");
        await UntilAsync("bytes on path 2 after the cut", () => Traffic.Since(before).Second > 2 * Some);
        TellTraffic("bytes flow on path 2:", before);

        narrator.Try("finishing the transfer over path 2");
        await FinishAsync(before, remaining);

        narrator.Try("ending the controller and the daemon");
        await controller.EndAsync(cancellation);
        await daemon.StopAsync();
    }

    async Task FinishAsync(PathTraffic atCut, long remainingAtCut)
    {
        _application!.Hurry();
        var (sent, received) = await LabWait.ForAsync("the rest of the transfer", _application.FinishAsync(cancellation), LongestStep);
        var afterCut = Traffic.Since(atCut);
        StepFailedException.Unless(
            afterCut.First < Some && afterCut.Second > remainingAtCut - Some,
            $"after the cut path 2 should have carried all of the {remainingAtCut} bytes that remained, and path 1 nothing: {afterCut}");
        StepFailedException.Unless(sent == received, $"the client sent {sent}, and the server received {received}");
        var hash = received.Sha256[..16];
        narrator.Tell($"the transfer is complete: {Megabytes(received.Length)} received, SHA-256 the same at both ends ({hash}...)");

        StepFailedException.Unless(_application.IsMultipath, "the connection should still be Multipath TCP, and has fallen back to TCP");
        narrator.Tell("the connection never fell back to TCP, and the application never saw an error; it closes it now");
        await _application.DisposeAsync();
    }

    PathTraffic Traffic => PathTraffic.Read(_lab!.Client);

    /// <summary>Tells, in columns, what each path has sent since an earlier reading, and what its subflow is like.</summary>
    void TellTraffic(string what, PathTraffic before)
    {
        var traffic = Traffic.Since(before);
        narrator.Tell($"{what,-25} {Column(1, traffic.First)}   {Column(2, traffic.Second)}");

        string Column(int path, long bytes)
        {
            var subflow = FindSubflow(path)?.ToString() ?? "no subflow";
            return string.Create(CultureInfo.InvariantCulture, $"path {path} {bytes / 1e6,5:+0.0} MB ({subflow})");
        }
    }

    SubflowInfo? FindSubflow(int path) => SubflowInfo.Read(_application!.Connection.Socket)
        .FirstOrDefault(subflow => subflow.Local.Address.Equals(_lab!.Client.GetPath(path).IPv4));

    Task UntilAsync(string what, Func<bool> condition) => LabWait.UntilAsync(
        what,
        async _ =>
        {
            await _application!.RequireRunningAsync();
            return condition();
        },
        LongestStep,
        cancellation);

    static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");
}
