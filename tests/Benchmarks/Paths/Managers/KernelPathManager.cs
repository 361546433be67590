using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>The kernel's own path manager, with the second address as an endpoint.</summary>
internal sealed class KernelPathManager : IPathManager
{
    public string Name => "in-kernel path manager";

    public PathManagerKind Kind => PathManagerKind.Kernel;

    public TimeSpan? ProcessorTime => null;

    public async Task StartAsync(LabHost host)
    {
        await host.IpAsync("mptcp limits set subflows 1");
        await host.IpAsync($"mptcp endpoint add {host.GetPath(2).IPv4} subflow");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
