using System.Globalization;
using System.Net;

namespace Mptcp.Lab;

public sealed partial class LabHost
{
    // An address that no interface of the lab has: locally administered, so it is nobody else's either.
    const string NobodysLinkAddress = "02:00:00:00:00:00";

    LabHost? _peer;

    /// <summary>The paths to the other host, in order of their numbers.</summary>
    public IReadOnlyList<LabPath> Paths { get; private set; } = [];

    /// <summary>The path of a number.</summary>
    /// <param name="number">From 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such path.</exception>
    public LabPath GetPath(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Paths.Count);
        return Paths[number - 1];
    }

    /// <summary>
    /// Sets this host's interface of a path down, as unplugging a cable does: its routes and IPv6 addresses go, its IPv4 address stays, and
    /// the other host's interface loses its carrier.
    /// </summary>
    /// <param name="number">The path's number, from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CutPathAsync(int number, CancellationToken cancellationToken = default) =>
        IpAsync($"link set dev {GetPath(number).InterfaceName} down", cancellationToken);

    /// <summary>
    /// Makes everything that this host sends on a path vanish, without an error and without a change of link, address or route: its frames
    /// go to a link-layer address that nobody has.
    /// </summary>
    /// <param name="number">The path's number, from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task BlackholePathAsync(int number, CancellationToken cancellationToken = default)
    {
        var path = GetPath(number);
        return IpAsync(
            [
                $"neighbour replace {path.PeerIPv4} lladdr {NobodysLinkAddress} dev {path.InterfaceName} nud permanent",
                $"neighbour replace {path.PeerIPv6} lladdr {NobodysLinkAddress} dev {path.InterfaceName} nud permanent",
            ],
            cancellationToken);
    }

    /// <summary>Undoes <see cref="CutPathAsync"/> and <see cref="BlackholePathAsync"/>; returns when packets can flow again.</summary>
    /// <param name="number">The path's number, from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RestorePathAsync(int number, CancellationToken cancellationToken = default)
    {
        var path = GetPath(number);
        await IpAsync(
            [
                $"link set dev {path.InterfaceName} up",
                $"address replace {path.IPv6}/64 dev {path.InterfaceName} nodad",
                $"neighbour flush dev {path.InterfaceName} nud permanent",
            ],
            cancellationToken);
        await SettleAsync(cancellationToken);
        if (_peer is not null)
            await _peer.SettleAsync(cancellationToken);
    }

    /// <summary>Reads what this host's interface of a path has carried.</summary>
    /// <param name="number">The path's number, from 1.</param>
    public InterfaceCounters ReadCounters(int number)
    {
        var name = GetPath(number).InterfaceName;
        return Run(() => InterfaceCounters.Read(name));
    }

    /// <summary>Joins two new hosts with paths.</summary>
    internal static async Task JoinAsync(LabHost client, LabHost server, int paths, CancellationToken cancellationToken)
    {
        var numbers = Enumerable.Range(1, paths).ToArray();
        await client.IpAsync(
            ["link set dev lo up", .. numbers.Select(n => $"link add path{n} type veth peer name path{n} netns {server.NamespacePath}")],
            cancellationToken);
        await server.IpAsync(["link set dev lo up"], cancellationToken);
        await client.AddAddressesAsync(numbers, own: 1, cancellationToken);
        await server.AddAddressesAsync(numbers, own: 2, cancellationToken);
        (client._peer, server._peer) = (server, client);
        client.Paths = await client.ReadPathsAsync(numbers, own: 1, peer: 2, cancellationToken);
        server.Paths = await server.ReadPathsAsync(numbers, own: 2, peer: 1, cancellationToken);
        await client.SettleAsync(cancellationToken);
        await server.SettleAsync(cancellationToken);
    }

    Task AddAddressesAsync(IEnumerable<int> numbers, int own, CancellationToken cancellationToken) =>
        IpAsync(
            numbers.SelectMany(n => new[]
            {
                $"link set dev path{n} up",
                $"address add {IPv4(n, own)}/24 dev path{n}",
                $"address add {IPv6(n, own)}/64 dev path{n} nodad",
            }),
            cancellationToken);

    async Task<IReadOnlyList<LabPath>> ReadPathsAsync(IEnumerable<int> numbers, int own, int peer, CancellationToken cancellationToken)
    {
        var links = await ReadLinksAsync(cancellationToken);
        return
        [
            .. numbers.Select(n => new LabPath(
                n, $"path{n}", links.First(link => link.Name == $"path{n}").Index, IPv4(n, own), IPv6(n, own), IPv4(n, peer), IPv6(n, peer))),
        ];
    }

    // The kernel tells that a link has its carrier before it lets packets through; until then they are dropped, which costs a SYN a second.
    Task SettleAsync(CancellationToken cancellationToken) =>
        LabWait.UntilAsync(
            $"the {Name}'s links to settle",
            async token => (await ReadLinksAsync(token)).All(link => !link.HasCarrier || link.IsOperational),
            cancellationToken: cancellationToken);

    async Task DeleteLinksAsync()
    {
        // Explicitly, although links end with their namespace: a forgotten socket must not keep them.
        foreach (var link in await ReadLinksAsync(CancellationToken.None))
            await IpAsync($"link delete dev {link.Name}");
    }

    /// <summary>Reads lines such as "2: path1@if2: &lt;BROADCAST,MULTICAST,UP,LOWER_UP&gt; mtu 1500 qdisc noqueue state UP …".</summary>
    async Task<List<(int Index, string Name, bool HasCarrier, bool IsOperational)>> ReadLinksAsync(CancellationToken cancellationToken)
    {
        var links = new List<(int Index, string Name, bool HasCarrier, bool IsOperational)>();
        foreach (var line in (await IpAsync("-oneline link show type veth", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(": ", 3);
            links.Add((
                int.Parse(fields[0], CultureInfo.InvariantCulture),
                fields[1].Split('@')[0],
                fields[2].Contains("LOWER_UP", StringComparison.Ordinal),
                fields[2].Contains(" state UP ", StringComparison.Ordinal)));
        }

        return links;
    }

    // RFC 2544 and RFC 3849: ranges for tests and documentation, routed nowhere.
    static IPAddress IPv4(int path, int host) => IPAddress.Parse($"198.18.{path}.{host}");

    static IPAddress IPv6(int path, int host) => IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"2001:db8:{path:x}::{host}"));
}
