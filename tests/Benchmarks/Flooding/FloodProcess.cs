using System.Diagnostics;

namespace Mptcp.ControlPlane.Benchmarks.Flooding;

/// <summary>A hostile client in a process of its own, which the scheduler treats as any other's.</summary>
internal sealed class FloodProcess : IAsyncDisposable
{
    private readonly Process _process;

    private FloodProcess(Process process) => _process = process;

    /// <summary>Starts one, which does nothing yet.</summary>
    /// <param name="address">Whom it will flood.</param>
    public static FloodProcess Start(string address)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(FloodProcess).Assembly.Location);
        start.ArgumentList.Add(FloodClient.Option);
        start.ArgumentList.Add(address);
        return new FloodProcess(Process.Start(start)!);
    }

    /// <summary>Has it do something else from now on.</summary>
    /// <returns>How many times it has done what it did until now.</returns>
    public async Task<long> ChangeAsync(FloodKind kind)
    {
        await _process.StandardInput.WriteLineAsync(kind.ToString());
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the hostile client has ended");
        return long.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
