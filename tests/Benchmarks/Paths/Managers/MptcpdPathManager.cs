using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>
/// mptcpd with its plugin <c>addr_adv</c>, which makes endpoints of the host's addresses and leaves the connections to the kernel's path
/// manager. That is all it can do of this: its other plugin, <c>sspi</c>, closes and announces, and makes no subflow.
/// </summary>
internal sealed class MptcpdPathManager : IPathManager
{
    // Where Debian's package has it.
    private const string Program = "/usr/libexec/mptcpd";

    private const string Plugin = "addr_adv";

    private LabProcess? _process;

    private static bool IsInstalled => File.Exists(Program) && Directory.GetDirectories("/usr/lib").Any(
        architecture => File.Exists(Path.Combine(architecture, "mptcpd", $"{Plugin}.so")));

    public string Name => "mptcpd, which leads the in-kernel one";

    public PathManagerKind Kind => PathManagerKind.Kernel;

    public TimeSpan? ProcessorTime => ProcessorTimes.Read(_process!.Id);

    /// <summary>The one of this machine, with its plugins; none, and a line that says so, where there is none.</summary>
    public static IEnumerable<MptcpdPathManager> IfInstalled(TextWriter output)
    {
        if (IsInstalled)
            return [new MptcpdPathManager()];
        output.WriteLine("mptcpd is not installed here (Debian: mptcpd, mptcpd-plugins)");
        return [];
    }

    public async Task StartAsync(LabHost host)
    {
        var second = host.GetPath(2).IPv4;
        _process = host.StartProcess(
            Program, "--log=stderr", $"--path-manager={Plugin}", "--addr-flags=subflow", "--notify-flags=existing,skip_loopback,skip_link_local");
        try
        {
            await LabWait.UntilAsync(
                $"mptcpd to make an endpoint of {second}",
                async stop => (await host.IpAsync("mptcp endpoint show", stop)).Contains($"{second} ", StringComparison.Ordinal));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; it wrote:\n{_process.Transcript}", late);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
