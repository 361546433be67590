using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// Two hosts with several independent paths between them, each a network namespace of its own, for tests on the real kernel. Nothing of it
/// is the machine's: it needs no real root, cannot be seen from outside, and ends with <see cref="DisposeAsync"/> or with the process.
/// </summary>
/// <remarks>
/// .NET is multi-threaded and so cannot make a user namespace for itself: the process must have been started by <c>eng/in-namespace</c>, see
/// <see cref="LabSupport"/>. The hosts share the process's mounts; a program started in one sees its interfaces through netlink and
/// /proc/net, but not in /sys/class/net.
/// </remarks>
public sealed class NetworkLab : IAsyncDisposable
{
    const int MaximumPaths = 255; // a path's number is a byte of its IPv4 addresses

    NetworkLab(LabHost client, LabHost server) => (Client, Server) = (client, server);

    /// <summary>The host that connects; the first address of every path.</summary>
    public LabHost Client { get; }

    /// <summary>The host that listens; the second address of every path.</summary>
    public LabHost Server { get; }

    /// <summary>Makes a lab. When the task completes every path carries packets, IPv4 and IPv6.</summary>
    /// <param name="paths">How many paths, 1 to 255.</param>
    /// <param name="pathManager">The path manager of connections on both hosts.</param>
    /// <param name="cancellationToken">Gives up; what was made until then is removed.</param>
    /// <exception cref="PlatformNotSupportedException">This process cannot make a lab; the message is <see cref="LabSupport.WhyNot"/>.</exception>
    /// <exception cref="InvalidOperationException">Setting up failed; the message says where.</exception>
    public static async Task<NetworkLab> CreateAsync(
        int paths = 2, PathManagerKind pathManager = PathManagerKind.Userspace, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(paths, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(paths, MaximumPaths);
        if (LabSupport.WhyNot is { } reason)
            throw new PlatformNotSupportedException(reason);

        await RuntimeThreads.StartAsync(cancellationToken);
        LabHost? client = null, server = null;
        try
        {
            client = new LabHost("client");
            server = new LabHost("server");
            Configure(client, pathManager);
            Configure(server, pathManager);
            await LabHost.JoinAsync(client, server, paths, cancellationToken);
            return new NetworkLab(client, server);
        }
        catch
        {
            if (client is not null)
                await client.DisposeAsync();
            if (server is not null)
                await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Connects the client to the server over one path with Multipath TCP, and lets bytes flow both ways, so that both ends are fully
    /// established (a client's ESTABLISHED event waits for data). The server listens on every address, and with IPv6 on IPv4 too, so that
    /// subflows of any family and to any of its addresses can join.
    /// </summary>
    /// <param name="family">The family of the initial subflow.</param>
    /// <param name="port">The port to listen on; 0 lets the kernel choose.</param>
    /// <param name="path">The path of the initial subflow, from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">The connection fell back to TCP.</exception>
    public async Task<ConnectedPair> ConnectAsync(
        AddressFamily family = AddressFamily.InterNetwork, int port = 0, int path = 1, CancellationToken cancellationToken = default)
    {
        var any = family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        var (local, remote) = (Client.GetPath(path).Address(family), Client.GetPath(path).PeerAddress(family));
        var listener = MptcpListener.Open(Server, new IPEndPoint(any, port), new ListenOptions { DualStack = true });
        MptcpConnection? client = null, server = null;
        try
        {
            client = await MptcpConnection.OpenAsync(
                Client,
                new IPEndPoint(remote, listener.EndPoint.Port),
                new ConnectOptions { Source = new IPEndPoint(local, 0) },
                cancellationToken);
            server = await listener.AcceptAsync(cancellationToken);
            await GreetAsync(client, server, cancellationToken);
            await GreetAsync(server, client, cancellationToken);
            if (!client.IsMultipath || !server.IsMultipath)
                throw new InvalidOperationException($"the connection from {local} to {remote} fell back to TCP");
            return new ConnectedPair(client, server, listener);
        }
        catch
        {
            client?.Dispose();
            server?.Dispose();
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Ends both hosts: kills their processes, and takes back their names, links and threads.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Client.DisposeAsync();
        }
        finally
        {
            await Server.DisposeAsync();
        }
    }

    static async Task GreetAsync(MptcpConnection from, MptcpConnection to, CancellationToken cancellationToken)
    {
        var greeting = "hello"u8.ToArray();
        await from.SendAsync(greeting, cancellationToken);
        await to.ReceiveExactlyAsync(new byte[greeting.Length], cancellationToken);
    }

    static void Configure(LabHost host, PathManagerKind pathManager)
    {
        foreach (var scope in (ReadOnlySpan<string>)["all", "default"])
        {
            host.SetSysctl($"net.ipv4.conf.{scope}.rp_filter", "0"); // a subflow may leave by another interface than its source address's
            host.SetSysctl($"net.ipv6.conf.{scope}.disable_ipv6", "0"); // some machines turn it off, and new namespaces inherit that
            host.SetSysctl($"net.ipv6.conf.{scope}.accept_dad", "0"); // nobody else is there, and addresses must be usable at once
        }

        host.SetSysctl("net.mptcp.enabled", "1");
        host.SetSysctl("net.mptcp.pm_type", ((int)pathManager).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
