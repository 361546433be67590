using System.Net;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A lab whose hosts are both heard and commanded through Mptcp.Native.</summary>
sealed class TwoHosts : IAsyncDisposable
{
    readonly NetworkLab _lab;
    readonly List<IDisposable> _opened = [];

    TwoHosts(NetworkLab lab)
    {
        _lab = lab;
        Client = new HostUnderTest(lab.Client);
        Server = new HostUnderTest(lab.Server);
    }

    public HostUnderTest Client { get; }

    public HostUnderTest Server { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TwoHosts> CreateAsync(int paths = 2, PathManagerKind pathManager = PathManagerKind.Userspace)
    {
        var lab = await NetworkLab.CreateAsync(paths, pathManager, Cancellation);
        try
        {
            return new TwoHosts(lab);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects, and keeps the connection while the lab lives.</summary>
    public async Task<ConnectedPair> ConnectAsync(AddressKind kind)
    {
        var pair = await kind.ConnectAsync(_lab, Cancellation);
        _opened.Add(pair);
        return pair;
    }

    /// <summary>Connects, and says which end acts and which one sees it.</summary>
    public async Task<(EndUnderTest Actor, EndUnderTest Peer)> ConnectAsync(AddressKind kind, Side actor)
    {
        var pair = await ConnectAsync(kind);
        var client = new EndUnderTest(Client, pair.Client, kind);
        var server = new EndUnderTest(Server, pair.Server, kind);
        return actor == Side.Client ? (client, server) : (server, client);
    }

    /// <summary>
    /// Finds where an end may join the other: at the port that the connection has there. The server's listener is at every
    /// address; the client gets one at the address of the path.
    /// </summary>
    public IPEndPoint FindDoor(EndUnderTest actor, EndUnderTest peer, int path = 2)
    {
        var door = new IPEndPoint(peer.Address(path), actor.Connection.RemoteEndPoint.Port);
        if (peer.Host == Client)
            _opened.Add(MptcpListener.Open(peer.Host.Host, door));
        return door;
    }

    /// <summary>Has an end make a subflow over a path, and awaits it at both.</summary>
    public async Task<SubflowAddresses> JoinAsync(EndUnderTest actor, EndUnderTest peer, byte localId = 2, int path = 2)
    {
        var door = FindDoor(actor, peer, path);
        actor.PathManager.CreateSubflow(new SubflowRequest(actor.Token, new Endpoint(actor.Address(path)) { Id = localId }, door));
        var made = await actor.Events.FirstAsync(PathManagerEventType.SubflowEstablished, told => told.LocalId == localId);
        await peer.Events.FirstAsync(PathManagerEventType.SubflowEstablished, told => told.RemoteId == localId);
        return new SubflowAddresses(made.Local!, made.Remote!);
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(one => one.Dispose());
        Client.Dispose();
        Server.Dispose();
        await _lab.DisposeAsync();
    }
}
