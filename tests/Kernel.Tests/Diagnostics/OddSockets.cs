using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>
/// Connections in states that one seldom sees for long: with bytes that nobody reads, ended by one side, plain TCP that is over; and listeners
/// of both families, at one address and at every one, bound to an interface and with somebody waiting.
/// </summary>
sealed class OddSockets : IAsyncDisposable
{
    readonly List<IDisposable> _opened = [];

    public static async Task<OddSockets> CreateAsync(NetworkLab lab, CancellationToken cancellationToken)
    {
        var odd = new OddSockets();
        try
        {
            await odd.FillAsync(lab, cancellationToken);
            return odd;
        }
        catch
        {
            await odd.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _opened.ForEach(one => one.Dispose());
        return ValueTask.CompletedTask;
    }

    async Task FillAsync(NetworkLab lab, CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<AddressKind>())
        {
            var unread = Keep(await kind.ConnectAsync(lab, cancellationToken));
            await unread.Client.SendAsync(new byte[1000], cancellationToken);
            var ended = Keep(await kind.ConnectAsync(lab, cancellationToken));
            ended.Server.EndSending();
        }

        var path = lab.Server.GetPath(2);
        Listen(lab.Server, new IPEndPoint(IPAddress.IPv6Any, 0), new ListenOptions { DualStack = true });
        Listen(lab.Server, new IPEndPoint(IPAddress.IPv6Any, 0), new ListenOptions());
        Listen(lab.Server, new IPEndPoint(path.IPv6, 0), new ListenOptions { Transport = Transport.Tcp });
        Listen(lab.Server, new IPEndPoint(path.IPv4, 0), new ListenOptions { Interface = path.InterfaceName });
        var crowded = Listen(lab.Server, new IPEndPoint(path.IPv4, 0), new ListenOptions { Backlog = 5 });
        Keep(await MptcpConnection.OpenAsync(lab.Client, crowded, cancellationToken: cancellationToken));

        // The end that closes first remembers it for a minute.
        var plain = Keep(MptcpListener.Open(lab.Server, new IPEndPoint(path.IPv4, 0), new ListenOptions { Transport = Transport.Tcp }));
        var over = await MptcpConnection.OpenAsync(lab.Client, plain.EndPoint, new ConnectOptions { Transport = Transport.Tcp }, cancellationToken);
        var other = await plain.AcceptAsync(cancellationToken);
        over.EndSending();
        await other.ReceiveAsync(new byte[1], cancellationToken);
        other.Dispose();
        await over.ReceiveAsync(new byte[1], cancellationToken);
        over.Dispose();
    }

    IPEndPoint Listen(LabHost host, IPEndPoint at, ListenOptions options) => Keep(MptcpListener.Open(host, at, options)).EndPoint;

    T Keep<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
