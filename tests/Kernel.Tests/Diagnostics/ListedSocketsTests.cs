using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Recovery;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>What the daemon lists of two hundred connections of every kind is what ss prints, word by word.</summary>
public partial class ListedSocketsTests
{
    // How long ago something was, which is never the same twice.
    static readonly string[] Moving = ["lastsnd:", "lastrcv:", "lastack:", "last_data_sent:", "last_data_recv:", "last_ack_recv:", "cgroup:"];

    // What mptcpctl says in a way of its own: rates with unit prefixes.
    static readonly string[] Rates = ["send", "pacing_rate", "delivery_rate"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Two_hundred_mixed_connections_are_what_ss_says_in_every_word()
    {
        await using var watched = await WatchedLab.CreateAsync();
        await using var mixed = await MixedCrowd.CreateAsync(watched);
        await using var odd = await OddSockets.CreateAsync(watched.Lab, Cancellation);

        foreach (var (host, name) in new[] { (watched.Lab.Client, ServedLab.ClientName), (watched.Lab.Server, ServedLab.ServerName) })
        {
            foreach (var protocol in new[] { SocketProtocol.Mptcp, SocketProtocol.Tcp })
            {
                var (before, sockets, command) = await ReadAtRestAsync(watched, host, name, protocol);
                Assert.InRange(sockets.Count, 200, 1000);
                Assert.Equal(before.Select(line => line.Cookie).Order(), sockets.Select(socket => socket.Cookie).Order());
                var lines = before.ToDictionary(line => line.Cookie);
                foreach (var socket in sockets)
                    Compare(lines[socket.Cookie], socket, host);
                CompareCgroups(lines, sockets);
                CompareCommand(lines, command);
            }
        }
    }

    /// <summary>Reads all sockets by ss, from the daemon and by mptcpctl, until nothing has moved from the first to the last.</summary>
    static async Task<(IReadOnlyList<SsLine> Lines, List<SocketInfo> Sockets, CommandRun Command)> ReadAtRestAsync(
        WatchedLab watched, LabHost host, string name, SocketProtocol protocol)
    {
        var option = protocol == SocketProtocol.Tcp ? "--tcp" : "--mptcp";
        var request = new ListSocketsRequest { Namespace = name, Protocol = protocol, StateSets = { SocketStateSet.All } };
        IReadOnlyList<SsLine> before = [];
        List<SocketInfo> sockets = [];
        CommandRun? command = null;
        await LabWait.UntilAsync(
            $"sockets of the {host} that do not move",
            async token =>
            {
                before = await SsLine.ListAsync(host, option, "--all");
                sockets = await watched.Daemon.Client.ListSocketsAsync(request, token).ToListAsync(token);
                command = await CommandRun.RunAsync(
                    host, watched.Daemon.Address, "socket", "list", "--namespace", name, "--protocol", option[2..], "--state", "all", "--info");
                var after = await SsLine.ListAsync(host, option, "--all");
                return before.Select(AtRest).SequenceEqual(after.Select(AtRest));
            },
            TimeSpan.FromSeconds(30),
            Cancellation);
        return (before, sockets, command!.Succeeded());
    }

    static string AtRest(SsLine line) => string.Join(' ', Still(line.Words));

    static IEnumerable<string> Still(IEnumerable<string> words) => words
        .Where(word => !Moving.Any(moving => word.StartsWith(moving, StringComparison.Ordinal)))
        .Select(word => TimerTime().Replace(word, ",_,"));

    static void Compare(SsLine line, SocketInfo socket, LabHost host)
    {
        Assert.Equal(
            [State(socket.State), Number(socket.ReceiveQueue), Number(socket.SendQueue), End(socket.Local, socket), End(socket.Remote, socket)],
            line.Words.Take(5));
        Assert.Equal(socket.InterfaceIndex == 0 ? "" : host.GetPath(2).InterfaceName, socket.Interface);

        var (expected, newer) = SsWords.Of(socket);
        var said = Still(line.Words.Skip(5)).ToList();
        var unsaid = expected.Except(said).ToList();
        Assert.True(unsaid.Count == 0, $"ss does not say {string.Join(' ', unsaid)}:\n{line.Text}");
        var unknown = said.Except(expected).Except(newer).ToList();
        Assert.True(unknown.Count == 0, $"the daemon does not say {string.Join(' ', unknown)}:\n{line.Text}");
    }

    // ss finds the path of a cgroup, of which the daemon tells the id: each has one of the other.
    static void CompareCgroups(Dictionary<ulong, SsLine> lines, List<SocketInfo> sockets)
    {
        var pairs = sockets
            .Where(socket => socket.HasCgroupId)
            .Select(socket => (socket.CgroupId, lines[socket.Cookie].Words.Single(word => word.StartsWith("cgroup:", StringComparison.Ordinal))))
            .Distinct()
            .ToList();
        Assert.NotEmpty(pairs);
        Assert.Equal(pairs.Count, pairs.DistinctBy(pair => pair.CgroupId).Count());
        Assert.Equal(pairs.Count, pairs.DistinctBy(pair => pair.Item2).Count());
    }

    // A row and a line for each socket, in the words of ss.
    static void CompareCommand(Dictionary<ulong, SsLine> lines, CommandRun command)
    {
        Assert.Equal(1 + (2 * lines.Count), command.Output.Count);
        foreach (var text in command.Output.Where(line => line.StartsWith(' ')))
        {
            var words = Still(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
            var cookie = ulong.Parse(words.Single(word => word.StartsWith("sk:", StringComparison.Ordinal))[3..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var missing = Still(lines[cookie].Words.Skip(5))
                .Where(word => !word.StartsWith("bbr:", StringComparison.Ordinal) && !word.Contains("bps", StringComparison.Ordinal))
                .Except(words)
                .Except(Rates.Intersect(words))
                .ToList();
            Assert.True(missing.Count == 0, $"mptcpctl does not say {string.Join(' ', missing)}:\n{text}\n{lines[cookie].Text}");
        }
    }

    static string State(SocketState state) => state switch
    {
        SocketState.Established => "ESTAB",
        SocketState.SynSent => "SYN-SENT",
        SocketState.SynReceived => "SYN-RECV",
        SocketState.FinWait1 => "FIN-WAIT-1",
        SocketState.FinWait2 => "FIN-WAIT-2",
        SocketState.TimeWait => "TIME-WAIT",
        SocketState.Closed => "UNCONN",
        SocketState.CloseWait => "CLOSE-WAIT",
        SocketState.LastAck => "LAST-ACK",
        SocketState.Listening => "LISTEN",
        SocketState.Closing => "CLOSING",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no socket has this state"),
    };

    static string End(SocketAddress end, SocketInfo socket)
    {
        var port = end.Port == 0 ? "*" : Number(end.Port);
        var address = IPAddress.Parse(end.Address);
        var device = socket.Interface.Length > 0 && ReferenceEquals(end, socket.Local) ? "%" + socket.Interface : "";
        if (address.Equals(IPAddress.IPv6Any) && socket is { HasIpv6Only: true, Ipv6Only: false })
            return $"*{device}:{port}";
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
            return $"[{address}]{device}:{port}";
        return socket.Family == SocketFamily.Ipv6 ? $"[::ffff:{address}]{device}:{port}" : $"{address}{device}:{port}";
    }

    static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<=^timer:\(\w+),[^,]+,")]
    private static partial Regex TimerTime();
}
