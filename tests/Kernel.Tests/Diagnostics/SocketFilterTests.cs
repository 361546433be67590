using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Filters;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>The kernel takes the filters, and lists what it lists for those of ss.</summary>
public class SocketFilterTests
{
    [LabFact]
    public async Task Filters_find_what_the_filters_of_ss_find()
    {
        await using var mixed = await MixedSockets.CreateAsync();
        var server = mixed.Hosts[1];
        var port = server.Diagnostics.ListMptcpSockets(new SocketQuery { States = SocketStates.Listening })[0].Local.Port;
        var here = SocketFilter.LocalPort((ushort)port);
        var text = port.ToString(CultureInfo.InvariantCulture);
        (SocketFilter Filter, string Text)[] filters =
        [
            (here, $"sport = :{text}"),
            (!here, $"sport != :{text}"),
            (SocketFilter.LocalPort(0, (ushort)port), $"sport <= :{text}"),
            (SocketFilter.RemotePort((ushort)port, ushort.MaxValue), $"dport >= :{text}"),
            (SocketFilter.LocalAddress(IPNetwork.Parse("198.18.2.0/24")), "src 198.18.2.0/24"),
            (SocketFilter.RemoteAddress(IPNetwork.Parse("2001:db8:1::/48")), "dst [2001:db8:1::/48]"),
            (here | SocketFilter.RemoteAddress(IPNetwork.Parse("198.18.2.1/32")), $"( sport = :{text} or dst 198.18.2.1 )"),
            (here & !SocketFilter.RemoteAddress(IPNetwork.Parse("198.18.2.1/32")), $"( sport = :{text} and not dst 198.18.2.1 )"),
            (SocketFilter.Mark(0), "fwmark = 0"),
        ];
        foreach (var (filter, expression) in filters)
        {
            var expected = (await SsLine.ListAsync(server.Host, "--tcp", "--all", expression)).Select(line => line.Cookie);
            var found = server.Diagnostics.ListTcpSockets(
                new SocketQuery { States = SocketStates.All, Filter = filter }, socket => socket.Cookie);
            Assert.Equal(expected.Order(), found.Order());
            Assert.NotEmpty(found);

            expected = (await SsLine.ListAsync(server.Host, "--mptcp", "--all", expression)).Select(line => line.Cookie);
            found = server.Diagnostics.ListMptcpSockets(
                new SocketQuery { States = SocketStates.All, Filter = filter }, socket => socket.Cookie);
            Assert.Equal(expected.Order(), found.Order());
        }
    }

    [LabFact]
    public async Task What_ss_cannot_ask_for_is_found_too()
    {
        await using var mixed = await MixedSockets.CreateAsync();
        foreach (var (_, diagnostics) in mixed.Hosts)
        {
            var all = diagnostics.ListTcpSockets(new SocketQuery());
            IReadOnlyList<ulong> Find(SocketFilter filter) => diagnostics.ListTcpSockets(new SocketQuery { Filter = filter }, socket => socket.Cookie);

            Assert.Equal(
                all.Where(socket => socket.Remote.Address.AddressFamily == AddressFamily.InterNetworkV6)
                    .Select(socket => socket.Cookie),
                Find(SocketFilter.RemoteAddress(IPNetwork.Parse("::/0"))));
            var cgroup = all[0].CgroupId!.Value;
            Assert.Equal(
                all.Where(socket => socket.CgroupId == cgroup).Select(socket => socket.Cookie), Find(SocketFilter.Cgroup(cgroup)));
            Assert.Equal(all.Select(socket => socket.Cookie), Find(SocketFilter.Interface(0)));
            Assert.Equal(all.Select(socket => socket.Cookie), Find(SocketFilter.All()));
            Assert.Empty(Find(SocketFilter.Any()));
        }
    }

    [LabFact]
    public async Task The_longest_filter_is_taken()
    {
        await using var mixed = await MixedSockets.CreateAsync();
        var server = mixed.Hosts[1].Diagnostics;
        var ports = Enumerable.Range(1, 4095).Select(port => SocketFilter.LocalPort((ushort)port));
        Assert.Empty(server.ListTcpSockets(new SocketQuery { Filter = SocketFilter.Any(ports) }));
        Assert.NotEmpty(server.ListTcpSockets(new SocketQuery { Filter = !SocketFilter.Any(ports.Skip(1024)) }));
    }
}
