using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Diagnostics;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>
/// Two hosts with connections of every kind of addresses, each with two subflows; one that fell back, a plain one, and listeners. Nothing
/// flows, so what is read twice is the same.
/// </summary>
sealed class MixedSockets : IAsyncDisposable
{
    readonly TwoHosts _hosts;
    readonly List<IDisposable> _opened = [];

    MixedSockets(TwoHosts hosts)
    {
        _hosts = hosts;
        Hosts = [DiagnosedHost.Open(hosts.Client), DiagnosedHost.Open(hosts.Server)];
    }

    public IReadOnlyList<DiagnosedHost> Hosts { get; }

    public static async Task<MixedSockets> CreateAsync()
    {
        var mixed = new MixedSockets(await TwoHosts.CreateAsync());
        try
        {
            await mixed.FillAsync(TestContext.Current.CancellationToken);
            return mixed;
        }
        catch
        {
            await mixed.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(one => one.Dispose());
        foreach (var host in Hosts)
            host.Diagnostics.Dispose();
        await _hosts.DisposeAsync();
    }

    async Task FillAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<AddressKind>())
        {
            var (actor, peer) = await _hosts.ConnectAsync(kind, Side.Client);
            await _hosts.JoinAsync(actor, peer, localId: 2);
        }

        await ConnectAsync(Transport.Mptcp, Transport.Tcp, cancellationToken);
        await ConnectAsync(Transport.Tcp, Transport.Mptcp, cancellationToken);
        await ConnectAsync(Transport.Tcp, Transport.Tcp, cancellationToken);
        await LabWait.UntilAsync("delayed acknowledgements", AllIsQuiet, cancellationToken: cancellationToken);
    }

    bool AllIsQuiet() => Hosts.All(host => host.Diagnostics
        .ListTcpSockets(new SocketQuery { Extensions = SocketExtensions.Info })
        .All(socket => socket.Timer == SocketTimer.None && socket.Info?.Unacknowledged == 0));

    async Task ConnectAsync(Transport client, Transport server, CancellationToken cancellationToken)
    {
        var path = _hosts.Client.Host.GetPath(1);
        var listener = MptcpListener.Open(
            _hosts.Server.Host, new IPEndPoint(path.PeerIPv4, 0), new ListenOptions { Transport = server });
        _opened.Add(listener);
        var connecting = await MptcpConnection.OpenAsync(
            _hosts.Client.Host, listener.EndPoint, new ConnectOptions { Transport = client }, cancellationToken);
        _opened.Add(connecting);
        var accepted = await listener.AcceptAsync(cancellationToken);
        _opened.Add(accepted);
        await Transfer.ExchangeAsync(connecting, accepted, new TransferOptions { Length = 5 }, cancellationToken);
    }
}
