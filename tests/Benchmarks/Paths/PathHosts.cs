using Mptcp.ControlPlane.Benchmarks.Paths.Managers;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>Two hosts with two paths for one path manager alone: each has its own pair, so that all of them can be there at once.</summary>
internal sealed class PathHosts : IAsyncDisposable
{
    private const string TableOfSecondPath = "2";

    private PathHosts(NetworkLab lab, IPathManager manager) => (Lab, Manager) = (lab, manager);

    public NetworkLab Lab { get; }

    /// <summary>What manages the paths of the client's connections.</summary>
    public IPathManager Manager { get; }

    /// <summary>Makes the hosts and starts the path manager.</summary>
    /// <param name="manager">It; it is disposed of with the hosts.</param>
    public static async Task<PathHosts> StartAsync(IPathManager manager)
    {
        NetworkLab? lab = null;
        try
        {
            lab = await NetworkLab.CreateAsync(paths: 2, manager.Kind);
            await ConfigureAsync(lab);
            await manager.StartAsync(lab.Client);
            return new PathHosts(lab, manager);
        }
        catch
        {
            await manager.DisposeAsync();
            if (lab is not null)
                await lab.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Manager.DisposeAsync();
        await Lab.DisposeAsync();
    }

    private static async Task ConfigureAsync(NetworkLab lab)
    {
        // The server only takes what comes.
        lab.Server.SetSysctl("net.mptcp.pm_type", "0");
        await lab.Server.IpAsync("mptcp limits set subflows 8");

        // A subflow takes a port of its address, whatever its destination, until a minute after its end.
        lab.Client.SetSysctl("net.ipv4.ip_local_port_range", "1024 65535");

        // What leaves from the second address takes the second path, also to the server's first address.
        var (first, second) = (lab.Client.GetPath(1), lab.Client.GetPath(2));
        await lab.Client.IpAsync($"rule add from {second.IPv4} lookup {TableOfSecondPath}");
        await lab.Client.IpAsync($"route add {first.PeerIPv4}/32 via {second.PeerIPv4} dev {second.InterfaceName} table {TableOfSecondPath}");
    }
}
