using System.Net;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Services.Diagnostics;

public sealed class ListSocketsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_long_list_comes_in_batches_and_ends_with_how_many_there_were()
    {
        await using var host = await ServedLab.StartAsync();
        var listeners = Enumerable.Range(0, 600).Select(_ => Listen(host, IPAddress.Loopback)).ToList();

        var (sockets, batches) = await ListAsync(host, new ListSocketsRequest { States = { SocketState.Listening } });

        Assert.Equal([256, 256, 88], batches);
        Assert.Equal(listeners.Select(listener => (uint)listener.EndPoint.Port).Order(), sockets.Select(socket => socket.Local.Port).Order());
        Assert.All(sockets, socket => Assert.Equal(SocketProtocol.Mptcp, socket.Protocol));
        listeners.ForEach(listener => listener.Dispose());
    }

    [LabFact]
    public async Task Nothing_is_a_whole_list_too()
    {
        await using var host = await ServedLab.StartAsync();
        var (sockets, batches) = await ListAsync(host, new ListSocketsRequest());
        Assert.Empty(sockets);
        Assert.Empty(batches);
    }

    [LabFact]
    public async Task States_sets_families_and_protocols_select_sockets()
    {
        await using var host = await ServedLab.StartAsync();
        using var listener = Listen(host, IPAddress.Loopback);
        using var sixth = Listen(host, IPAddress.IPv6Loopback);
        using var plain = Listen(host, IPAddress.Loopback, Transport.Tcp);
        uint[] multipath = [(uint)listener.EndPoint.Port, (uint)sixth.EndPoint.Port];

        async Task FindsAsync(ListSocketsRequest request, params IEnumerable<uint> ports)
            => Assert.Equal(ports.Order(), (await ListAsync(host, request)).Sockets.Select(socket => socket.Local.Port).Order());

        await FindsAsync(new() { StateSets = { SocketStateSet.All } }, multipath);
        await FindsAsync(new() { StateSets = { SocketStateSet.Connected }, States = { SocketState.Listening } }, multipath);
        await FindsAsync(new() { StateSets = { SocketStateSet.Connected } });
        await FindsAsync(new() { States = { SocketState.Established, SocketState.Closed } });
        await FindsAsync(new() { StateSets = { SocketStateSet.All }, Family = SocketFamily.Ipv6 }, multipath[1]);
        await FindsAsync(new() { StateSets = { SocketStateSet.Big }, Family = SocketFamily.Ipv4 }, multipath[0]);
        await FindsAsync(
            new() { StateSets = { SocketStateSet.All }, Protocol = SocketProtocol.Tcp }, [.. multipath, (uint)plain.EndPoint.Port]);
        await FindsAsync(new() { StateSets = { SocketStateSet.All }, Namespace = host.Lab.Server.NamespacePath });
    }

    [LabFact]
    public async Task What_is_told_of_a_socket_is_what_was_asked_for()
    {
        await using var host = await ServedLab.StartAsync();
        using var listener = Listen(host, IPAddress.Loopback);
        async Task<SocketInfo> FindAsync(params SocketExtension[] extensions) => Assert.Single((await ListAsync(host, new()
        {
            Protocol = SocketProtocol.Tcp,
            States = { SocketState.Listening },
            Extensions = { extensions },
        })).Sockets);

        var all = await FindAsync();
        Assert.NotNull(all.Memory);
        Assert.NotNull(all.Buffers);
        Assert.NotNull(all.TcpInfo);
        Assert.True(all.HasTypeOfService);
        Assert.True(all.HasClassId);
        Assert.NotEmpty(all.CongestionControl);
        Assert.Equal("mptcp", all.UpperLayer);

        var none = await FindAsync(SocketExtension.None);
        Assert.Equal((all.Cookie, all.Local, all.Inode), (none.Cookie, none.Local, none.Inode));
        Assert.Null(none.Memory);
        Assert.Null(none.Buffers);
        Assert.Null(none.TcpInfo);
        Assert.False(none.HasTypeOfService);
        Assert.False(none.HasClassId);
        Assert.Equal(("", ""), (none.CongestionControl, none.UpperLayer));

        var some = await FindAsync(SocketExtension.Memory, SocketExtension.CongestionControl);
        Assert.Equal((all.Memory, all.CongestionControl), (some.Memory, some.CongestionControl));
        Assert.Null(some.TcpInfo);
    }

    [LabFact]
    public async Task The_kernel_filters()
    {
        await using var host = await ServedLab.StartAsync();
        using var bound = MptcpListener.Open(host.Lab.Client, new IPEndPoint(IPAddress.Loopback, 0), new ListenOptions { Interface = "lo" });
        using var other = Listen(host, IPAddress.Parse("127.0.0.2"));
        var (here, there) = ((uint)bound.EndPoint.Port, (uint)other.EndPoint.Port);
        var low = new SocketFilter { LocalPort = new PortRange { First = Math.Min(here, there) } };

        async Task FindsAsync(SocketFilter filter, params IEnumerable<uint> ports)
        {
            var (sockets, _) = await ListAsync(host, new() { States = { SocketState.Listening }, Filter = filter });
            Assert.Equal(ports.Order(), sockets.Select(socket => socket.Local.Port).Order());
        }

        await FindsAsync(low, Math.Min(here, there));
        await FindsAsync(new() { Not = low }, Math.Max(here, there));
        await FindsAsync(new() { LocalPort = new() { First = Math.Min(here, there), Last = Math.Max(here, there) } }, here, there);
        await FindsAsync(new() { RemotePort = new() { First = 0 } }, here, there);
        await FindsAsync(new() { LocalPrefix = "127.0.0.2/32" }, there);
        await FindsAsync(new() { RemotePrefix = "2001:db8::/32" });
        await FindsAsync(new() { Interface = "lo" }, here);
        await FindsAsync(new() { Interface = "" }, there);
        await FindsAsync(new() { Mark = new() { Value = 0 } }, here, there);
        await FindsAsync(new() { Mark = new() { Value = 4, Mask = 6 } });
        await FindsAsync(new() { CgroupId = ulong.MaxValue });
        await FindsAsync(new() { AutomaticPort = true }, here, there);
        await FindsAsync(new() { AutomaticPort = false });
        await FindsAsync(new() { All = new() { Filters = { low, new SocketFilter { Not = low } } } });
        await FindsAsync(new() { Any = new() { Filters = { low, new SocketFilter { Not = low } } } }, here, there);
        await FindsAsync(new() { All = new() }, here, there);
        await FindsAsync(new() { Any = new() });

        var shown = Assert.Single((await ListAsync(host, new() { States = { SocketState.Listening }, Filter = new() { Interface = "lo" } })).Sockets);
        Assert.Equal(("lo", 1), (shown.Interface, shown.InterfaceIndex));
    }

    [LabFact]
    public async Task What_cannot_be_listed_is_refused_with_a_name()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Diagnostics.ListSockets(new ListSocketsRequest { Namespace = "nowhere" })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.NamespaceUnknown);
        await host.Diagnostics.ListSockets(new ListSocketsRequest { Filter = new() { Interface = "nowhere" } })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.InterfaceNotFound);
        await host.Diagnostics.ListSockets(new ListSocketsRequest
        {
            Protocol = (SocketProtocol)9,
            States = { SocketState.Listening, SocketState.Unspecified, (SocketState)12 },
            StateSets = { (SocketStateSet)7, SocketStateSet.Unspecified },
            Family = (SocketFamily)3,
            Extensions = { SocketExtension.Unspecified, SocketExtension.None, (SocketExtension)11 },
            Filter = new() { LocalPrefix = "198.18.0.1/24" },
        }).ViolatesAsync(
            "protocol", "family", "states[1]", "states[2]", "state_sets[0]", "state_sets[1]", "extensions[0]", "extensions[1]", "extensions[2]",
            "filter.local_prefix");
    }

    [LabFact]
    public async Task A_filter_is_refused_when_it_is_longer_or_deeper_than_can_be_read()
    {
        await using var host = await ServedLab.StartAsync();
        var ports = Enumerable.Range(1, 9000).Select(port => new SocketFilter { LocalPort = new PortRange { First = (uint)port } });
        await host.Diagnostics.ListSockets(new ListSocketsRequest { Filter = new() { Any = new() { Filters = { ports } } } })
            .ViolatesAsync("filter");

        // Deeper than Protobuf reads, in a list and on its own: neither may be taken for a mistake of the daemon's.
        await host.Diagnostics.ListSockets(new ListSocketsRequest { Filter = Nested(120) }).ViolatesAsync("request");
        await host.Diagnostics.Sample(new SampleRequest { Filter = Nested(120) }).ViolatesAsync("request");
        Assert.DoesNotContain(host.Log.Entries, entry => entry.Exception is not null);

        // What Protobuf reads is told where it ends; and the daemon goes on.
        await host.Diagnostics.ListSockets(new ListSocketsRequest { Filter = Nested(33) })
            .ViolatesAsync("filter" + string.Concat(Enumerable.Repeat(".not", 32)));
        Assert.Empty((await ListAsync(host, new ListSocketsRequest { Filter = Nested(32) })).Sockets);
    }

    private static SocketFilter Nested(int depth)
        => depth == 1 ? new SocketFilter { AutomaticPort = true } : new SocketFilter { Not = Nested(depth - 1) };

    private static MptcpListener Listen(ServedLab host, IPAddress address, Transport transport = Transport.Mptcp)
        => MptcpListener.Open(host.Lab.Client, new IPEndPoint(address, 0), new ListenOptions { Transport = transport });

    /// <summary>Lists, and asserts that the list is whole.</summary>
    private static async Task<(List<SocketInfo> Sockets, List<int> Batches)> ListAsync(ServedLab host, ListSocketsRequest request)
    {
        using var call = host.Diagnostics.ListSockets(request, cancellationToken: Cancellation);
        var sockets = new List<SocketInfo>();
        var batches = new List<int>();
        while (await call.ResponseStream.MoveNext(Cancellation) && call.ResponseStream.Current.Sockets is { } batch)
        {
            sockets.AddRange(batch.Sockets);
            batches.Add(batch.Sockets.Count);
        }

        Assert.Equal((ulong)sockets.Count, call.ResponseStream.Current.Complete.Total);
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
        return (sockets, batches);
    }
}
