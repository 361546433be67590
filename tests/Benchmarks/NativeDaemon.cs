using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>A running <c>dist/mptcp-controld</c>.</summary>
internal sealed class NativeDaemon : IAsyncDisposable
{
    /// <summary>The native build, from the top of the tree.</summary>
    public const string Program = "dist/mptcp-controld";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _directory;

    private NativeDaemon(Process process, string directory, long start)
    {
        (_process, _directory, Started) = (process, directory, start);
        Client = new ControlPlaneClient(Address);
    }

    /// <summary>The moment before the program was executed, by <see cref="Stopwatch"/>.</summary>
    public long Started { get; }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Where it listens, as clients are told.</summary>
    public string Address => $"unix:{SocketPath}";

    /// <summary>A client of it.</summary>
    public ControlPlaneClient Client { get; }

    /// <summary>From before the program was executed to the first connection that it took.</summary>
    public TimeSpan TimeToConnect { get; private set; }

    /// <summary>From before the program was executed to the first call that it answered.</summary>
    public TimeSpan TimeToAnswer { get; private set; }

    private string SocketPath => Path.Combine(_directory, "control.sock");

    /// <summary>Starts it and waits until it has answered a call.</summary>
    /// <param name="host">The host whose connections it is to know; the network namespace of this process when null.</param>
    /// <param name="configuration">Its configuration file; null for none.</param>
    public static async Task<NativeDaemon> StartAsync(LabHost? host = null, string? configuration = null)
    {
        var daemon = Execute(host, configuration);
        daemon.AwaitConnection();
        daemon.TimeToConnect = Stopwatch.GetElapsedTime(daemon.Started);
        await daemon.Client.Node.GetInfoAsync(new GetInfoRequest());
        daemon.TimeToAnswer = Stopwatch.GetElapsedTime(daemon.Started);
        return daemon;
    }

    /// <summary>Starts it and waits until it takes connections.</summary>
    public static NativeDaemon StartUnasked(LabHost host)
    {
        var daemon = Execute(host, configuration: null);
        daemon.AwaitConnection();
        return daemon;
    }

    /// <summary>Resident memory in bytes (<c>VmRSS</c>).</summary>
    public long ReadResidentMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Tells it to stop (SIGTERM).</summary>
    public void Terminate() => Process.Start("kill", $"-TERM {_process.Id}").Dispose();

    /// <summary>Kills it, as a crash would.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static NativeDaemon Execute(LabHost? host, string? configuration)
    {
        var directory = Directory.CreateTempSubdirectory("mptcp-bench-").FullName;
        var start = new ProcessStartInfo(Program)
        {
            ArgumentList = { "--socket", Path.Combine(directory, "control.sock") },
            RedirectStandardError = true,
        };
        if (configuration is not null)
        {
            var file = Path.Combine(directory, "controld.json");
            File.WriteAllText(file, configuration);
            start.ArgumentList.Add("--config");
            start.ArgumentList.Add(file);
        }

        var moment = Stopwatch.GetTimestamp();
        var process = host is null ? Process.Start(start)! : host.Run(() => Process.Start(start)!);
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return new NativeDaemon(process, directory, moment);
    }

    // Connecting over and over costs the daemon nothing before it listens, and finds the moment within microseconds.
    private void AwaitConnection()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
                return;
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(Started) < Patience)
            {
                Thread.Yield();
            }
        }
    }
}
