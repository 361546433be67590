using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>A running <c>dist/mptcp-controld</c>, in the network namespace of this process.</summary>
internal sealed class NativeDaemon : IAsyncDisposable
{
    /// <summary>The native build, from the top of the tree.</summary>
    public const string Program = "dist/mptcp-controld";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _directory;

    private NativeDaemon(Process process, string directory)
    {
        _process = process;
        _directory = directory;
    }

    /// <summary>From before the program was executed to the first connection that it took.</summary>
    public TimeSpan TimeToConnect { get; private set; }

    /// <summary>From before the program was executed to the first call that it answered.</summary>
    public TimeSpan TimeToAnswer { get; private set; }

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public static async Task<NativeDaemon> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("mptcp-bench-").FullName;
        var start = Stopwatch.GetTimestamp();
        var process = Process.Start(new ProcessStartInfo(Program)
        {
            ArgumentList = { "--socket", Path.Combine(directory, "control.sock") },
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();

        var daemon = new NativeDaemon(process, directory);
        daemon.AwaitConnection(start);
        daemon.TimeToConnect = Stopwatch.GetElapsedTime(start);
        using var client = new ControlPlaneClient($"unix:{daemon.SocketPath}");
        await client.Node.GetInfoAsync(new GetInfoRequest());
        daemon.TimeToAnswer = Stopwatch.GetElapsedTime(start);
        return daemon;
    }

    /// <summary>Resident memory in bytes (<c>VmRSS</c>).</summary>
    public long ReadResidentMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // Connecting over and over costs the daemon nothing before it listens, and finds the moment within microseconds.
    private void AwaitConnection(long start)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
                return;
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(start) < Patience)
            {
                Thread.Yield();
            }
        }
    }
}
