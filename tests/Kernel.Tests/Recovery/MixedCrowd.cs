using System.Net;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>
/// Connections of every kind that a host can have at once: IPv4, IPv6 and IPv4 between IPv6 sockets; led by programs at both ends or by the
/// kernel; with further subflows that either end began, backups among them, and without any subflow; with addresses announced by both
/// ends; fallen back to TCP; and without a byte sent.
/// </summary>
sealed class MixedCrowd : IAsyncDisposable
{
    const int IPv4 = 60, IPv6 = 50, Mapped = 20, ByKernel = 40, Fallen = 20, Bereft = 6, Silent = 4;

    const byte ClientPath2 = 2, ClientPath3 = 3, ClientAnnounced = 4, ServerPath2 = 5, ServerAnnounced = 6;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly WatchedLab _watched;
    readonly List<MptcpListener> _doors = [];
    readonly List<Crowd> _crowds = [];

    MixedCrowd(WatchedLab watched) => _watched = watched;

    /// <summary>How many ends the client has.</summary>
    public static int ClientEnds => IPv4 + IPv6 + Mapped + ByKernel + Fallen + Bereft + Silent;

    /// <summary>How many the server has: to it, those that fell back are plain TCP.</summary>
    public static int ServerEnds => ClientEnds - Fallen;

    NetworkLab Lab => _watched.Lab;

    public static async Task<MixedCrowd> CreateAsync(WatchedLab watched)
    {
        var mixed = new MixedCrowd(watched);
        try
        {
            await mixed.FillAsync();
            return mixed;
        }
        catch
        {
            await mixed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends something through every connection that has a subflow, and awaits it back.</summary>
    public async Task<int> CheckAsync() => await _crowds[0].CheckAsync() + await _crowds[1].CheckAsync();

    public async ValueTask DisposeAsync()
    {
        _doors.ForEach(door => door.Dispose());
        foreach (var crowd in _crowds)
            await crowd.DisposeAsync();
    }

    async Task FillAsync()
    {
        var (path, plain) = (Lab.Client.GetPath(1), new CrowdOptions { Transport = Transport.Tcp });
        // One port, so that no two connections have the same port at the client: the server is to find something listening there.
        var (mixed, fallen, bereft) = (await StartAsync(new CrowdOptions { Ports = 1 }), await StartAsync(plain), await StartAsync());
        await mixed.OpenAsync(IPv4, path.PeerIPv4);
        await mixed.OpenAsync(IPv6, path.PeerIPv6);
        await mixed.OpenAsync(Mapped, path.PeerIPv4.MapToIPv6());
        await LeadAsync(await mixed.ListClientAsync(), await mixed.ListServerAsync());
        await fallen.OpenAsync(Fallen, path.PeerIPv4);
        await bereft.OpenAsync(Bereft, path.PeerIPv4);
        await BereaveAsync(await bereft.ListClientAsync());
        await bereft.OpenAsync(Silent, path.PeerIPv4, greet: false);
        await OpenByKernelAsync(mixed);
        await _watched.AwaitStillnessAsync(ClientEnds, ServerEnds);
    }

    /// <summary>What programs at both ends would do.</summary>
    async Task LeadAsync(IReadOnlyList<CrowdConnection> clients, IReadOnlyList<CrowdConnection> servers)
    {
        // The server joins every eighth client, which needs a listener where the connection's port is; before anything else takes that.
        _doors.AddRange(clients.Where((_, i) => i % 8 == 3).Select(client =>
            MptcpListener.Open(Lab.Client, new IPEndPoint(Path(2, client), client.Local.Port))));
        var joins = 0;
        var peers = servers.ToDictionary(server => server.Remote);
        for (var i = 0; i < clients.Count; i++)
        {
            var (client, server) = (clients[i], peers[clients[i].Local]);
            if (i % 8 is 1 or 2 or 4 or 5)
                joins += Join(_watched.Client, client, Path(2, client), ClientPath2, backup: i % 8 == 2, PeerPath(2, client));
            if (i % 8 == 4)
            {
                joins += Join(_watched.Client, client, Path(3, client), ClientPath3, backup: true, PeerPath(3, client));
                continue; // In either kernel the addresses have their ids now.
            }

            if (i % 8 == 3)
                joins += Join(_watched.Server, server, PeerPath(2, client), ServerPath2, backup: true, Path(2, client));
            if (i % 3 == 0)
                _watched.Client.PathManager.Announce(client.Token, new Endpoint(Path(3, client)) { Id = ClientAnnounced });
            if (i % 3 == 1)
                _watched.Server.PathManager.Announce(server.Token, new Endpoint(PeerPath(3, client)) { Id = ServerAnnounced });
        }

        await AwaitJoinsAsync(joins);
        foreach (var subflow in _watched.Client.ListSubflows().Where(subflow => subflow.Subflow!.LocalId == ClientPath2 && subflow.Local.Port % 2 == 0))
            _watched.Client.PathManager.SetSubflowBackup(subflow.Subflow!.LocalToken, new(subflow.Local, subflow.Remote), backup: true);
    }

    /// <summary>Takes the first subflow from connections, and gives every other one a further one before.</summary>
    async Task BereaveAsync(IReadOnlyList<CrowdConnection> connections)
    {
        var before = _watched.Client.ListSubflows().Count(IsJoin);
        foreach (var connection in connections.Where((_, i) => i % 2 == 0))
            before += Join(_watched.Client, connection, Path(2, connection), ClientPath2, backup: false, PeerPath(2, connection));
        await AwaitJoinsAsync(before);
        foreach (var connection in connections)
            _watched.Client.PathManager.DestroySubflow(connection.Token, new(connection.Local, connection.Remote));
    }

    async Task OpenByKernelAsync(Crowd crowd)
    {
        var joins = _watched.Client.ListSubflows().Count(IsJoin) + (2 * ByKernel);
        foreach (var host in new[] { _watched.Client, _watched.Server })
            host.PathManager.SetLimits(subflows: 4, acceptedAddresses: 4);
        foreach (var host in new[] { Lab.Client, Lab.Server })
            host.SetSysctl("net.mptcp.pm_type", "0");
        _watched.Client.PathManager.AddEndpoint(new Endpoint(Lab.Client.GetPath(2).IPv4)
        {
            Id = 7,
            Flags = EndpointFlags.Subflow | EndpointFlags.Backup,
            InterfaceIndex = Lab.Client.GetPath(2).InterfaceIndex,
        });
        _watched.Server.PathManager.AddEndpoint(new Endpoint(Lab.Server.GetPath(3).IPv4) { Id = 8, Flags = EndpointFlags.Signal });
        await crowd.OpenAsync(ByKernel, Lab.Client.GetPath(1).PeerIPv4);
        await AwaitJoinsAsync(joins);
    }

    static int Join(PicturedHost host, CrowdConnection connection, IPAddress local, byte id, bool backup, IPAddress remote)
    {
        host.PathManager.CreateSubflow(new SubflowRequest(
            connection.Token,
            new Endpoint(local) { Id = id, Flags = backup ? EndpointFlags.Backup : EndpointFlags.None },
            new IPEndPoint(remote, connection.Remote.Port)));
        return 1;
    }

    Task AwaitJoinsAsync(int joins) => LabWait.UntilAsync(
        $"{joins} further subflows at both ends",
        () => _watched.Client.ListSubflows().Count(IsJoin) == joins && _watched.Server.ListSubflows().Count(IsJoin) == joins,
        Patience);

    static bool IsJoin(Native.Diagnostics.TcpSocket socket) =>
        socket.State == Native.Diagnostics.SocketState.Established
        && (socket.Subflow!.Flags & (Native.Diagnostics.Information.SubflowFlags.LocalJoin | Native.Diagnostics.Information.SubflowFlags.RemoteJoin)) != 0;

    IPAddress Path(int path, CrowdConnection connection) => Lab.Client.GetPath(path).Address(connection.Local.AddressFamily);

    IPAddress PeerPath(int path, CrowdConnection connection) => Lab.Client.GetPath(path).PeerAddress(connection.Local.AddressFamily);

    async Task<Crowd> StartAsync(CrowdOptions? options = null)
    {
        var crowd = await Crowd.StartAsync(Lab.Client, Lab.Server, options);
        _crowds.Add(crowd);
        return crowd;
    }
}
