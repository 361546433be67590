using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.Lab;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A connection both ends of which a daemon serves; one end acts, and the other sees it.</summary>
public sealed class ServedPair : IAsyncDisposable
{
    readonly ServedLab _served;
    readonly AddressKind _kind;
    readonly List<IDisposable> _opened = [];

    internal ServedPair(ServedLab served, ConnectedPair pair, WatchProbe watch, AddressKind kind, Side actor)
    {
        (_served, _kind, Pair, Watch) = (served, kind, pair, watch);
        var client = (ServedLab.ClientName, pair.Client, served.Lab.Client);
        var server = (ServedLab.ServerName, pair.Server, served.Lab.Server);
        ((Namespace, Connection, Host), (PeerNamespace, Peer, PeerHost)) = actor == Side.Client ? (client, server) : (server, client);
        (Token, PeerToken) = (Connection.Token, Peer.Token);
        Client = served.Connections;
    }

    /// <summary>Longer than any handshake takes here.</summary>
    public static Duration LongWait { get; } = Duration.FromTimeSpan(TimeSpan.FromSeconds(10));

    public ConnectedPair Pair { get; }

    /// <summary>The events of both ends from before the connection was made.</summary>
    internal WatchProbe Watch { get; }

    public string Namespace { get; }

    public string PeerNamespace { get; }

    public MptcpConnection Connection { get; }

    public MptcpConnection Peer { get; }

    public LabHost Host { get; }

    public LabHost PeerHost { get; }

    public uint Token { get; }

    public uint PeerToken { get; }

    ConnectionService.ConnectionServiceClient Client { get; }

    /// <summary>The acting host's address on a path; port 0 lets the kernel choose.</summary>
    public SocketAddress Local(int path, uint port = 0) => new() { Address = _kind.FurtherAddress(Host, path).ToString(), Port = port };

    /// <summary>The other host's address on a path.</summary>
    public SocketAddress PeerLocal(int path) => new() { Address = _kind.FurtherAddress(PeerHost, path).ToString() };

    /// <summary>Where the acting end may join the other over a path: at the port that the connection has there.</summary>
    public SocketAddress Door(int path)
    {
        var port = Connection.RemoteEndPoint.Port;
        var address = _kind.FurtherAddress(PeerHost, path);
        if (PeerHost == _served.Lab.Client)
            _opened.Add(MptcpListener.Open(PeerHost, new IPEndPoint(address, port)));
        return new SocketAddress { Address = address.ToString(), Port = (uint)port };
    }

    /// <summary>A request for a subflow over a path, which waits for its outcome.</summary>
    public CreateSubflowRequest SubflowOver(int path) => new()
    {
        Namespace = Namespace,
        Token = Token,
        Local = Local(path),
        Remote = Door(path),
        Wait = LongWait,
    };

    /// <summary>Makes a subflow over a path.</summary>
    public async Task<Subflow> JoinAsync(int path = 2)
    {
        var response = await Client.CreateSubflowAsync(SubflowOver(path));
        Assert.Equal(SubflowState.Established, response.Subflow.State);
        return response.Subflow;
    }

    /// <summary>The connection as the daemon knows it.</summary>
    public async Task<Connection> GetAsync() =>
        (await Client.GetConnectionAsync(new GetConnectionRequest { Namespace = Namespace, Token = Token })).Connection;

    /// <summary>The peer's end as the daemon knows it.</summary>
    public async Task<Connection> GetPeerAsync() =>
        (await Client.GetConnectionAsync(new GetConnectionRequest { Namespace = PeerNamespace, Token = PeerToken })).Connection;

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(one => one.Dispose());
        Pair.Dispose();
        await Watch.DisposeAsync();
    }
}
