using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>What servers announce, and that somebody listens there.</summary>
public sealed class AnnouncementTests(SharedPolicyLab shared) : IClassFixture<SharedPolicyLab>, IDisposable
{
    const string Mesh = "match: {side: client}, families: ipv4, remotes: announced";

    PolicyLab Room => shared.Room;

    LabHost Server => Room.Lab.Server;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (LabSupport.SkipReason is null)
            Room.CloseAll();
    }

    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_application_listens_at_one_address_the_daemon_does_at_the_others(bool listen)
    {
        await Room.ApplyAsync(
            $"{Mesh}, interfaces: {{deny: path3}}, retry: {{final_errors: [ECONNREFUSED]}}",
            $"match: {{side: server}}, strategy: none, families: ipv4, announce: [{{interfaces: path2, listen: {(listen ? "true" : "false")}}}]");
        var pair = await ConnectToOneAddressAsync();

        if (!listen)
        {
            await Room.ExplainedAsync("refusals", pair, end => end.Paths.Count(path => path.Reason.Contains("ECONNREFUSED", StringComparison.Ordinal)) == 2);
            await Room.ShouldHaveAsync(pair, "1>1");
            return;
        }

        await Room.ShouldHaveAsync(pair, "1>1", "1>2", "2>2");
        await PolicyLab.TransferAsync(pair);
        var port = pair.Listener.EndPoint.Port;
        await ShouldListenAsync(Server.GetPath(2).IPv4, port, listens: true);
        Room.CloseAll();
        await ShouldListenAsync(Server.GetPath(2).IPv4, port, listens: false);
    }

    [LabFact]
    public async Task What_is_behind_a_translation_is_announced_by_its_outer_address_and_listened_for_at_its_inner_one()
    {
        await Room.ApplyAsync(
            "match: {side: client}, strategy: none",
            "match: {side: server}, strategy: none, announce: [{address: 203.0.113.7, port: 8443, inside: 198.18.2.2, inside_port: 4443}]");
        var pair = await ConnectToOneAddressAsync();

        await Room.ExplainedAsync("the announcement", pair, end => end.Announcements is [{ Id: not 0, Wanted: true }], Side.Server);
        await LabWait.UntilAsync(
            "the client to hear of it",
            async _ => (await Room.GetAsync(pair.Client.Token)).RemoteAddresses is [{ Address: { Address: "203.0.113.7", Port: 8443 } }],
            cancellationToken: Cancellation);
        await ShouldListenAsync(Server.GetPath(2).IPv4, 4443, listens: true);
        await Room.ApplyAsync();
    }

    [LabFact]
    public async Task What_a_policy_announces_follows_it()
    {
        string Policy(string what) => $"match: {{side: server}}, strategy: none, families: ipv4, announce: [{what}]";
        await Room.ApplyAsync(Mesh, Policy("{interfaces: path2}"));
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "1>2", "2>2", "3>2");
        await Room.ApplyAsync(Mesh, Policy("{interfaces: path3}"));
        await Room.ShouldHaveAsync(pair, "1>1", "1>3", "2>3", "3>3");
        await Room.ApplyAsync(Mesh, Policy("{interfaces: path1, port: 7443}"));
        await Room.ShouldHaveAsync(pair, "1>1", "1>1", "2>1", "3>1");
        await Room.ApplyAsync(Mesh, "strategy: none");
        await Room.ShouldHaveAsync(pair, "1>1");
    }

    // By a listener of the application at the address of the first path alone.
    async Task<ConnectedPair> ConnectToOneAddressAsync()
    {
        var path = Room.Lab.Client.GetPath(1);
        var listener = MptcpListener.Open(Server, new IPEndPoint(path.PeerIPv4, 0));
        var client = await MptcpConnection.OpenAsync(
            Room.Lab.Client, listener.EndPoint, new ConnectOptions { Source = new IPEndPoint(path.IPv4, 0) }, Cancellation);
        var pair = new ConnectedPair(client, await listener.AcceptAsync(Cancellation), listener);
        await pair.ExchangeAsync(Cancellation);
        return await Room.KnownAsync(pair);
    }

    // By trying to listen there.
    Task ShouldListenAsync(IPAddress address, int port, bool listens) => LabWait.UntilAsync(
        $"{address}:{port} to be {(listens ? "listened at" : "free")}",
        () =>
        {
            try
            {
                using var listener = MptcpListener.Open(Server, new IPEndPoint(address, port));
                return !listens;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return listens;
            }
        },
        cancellationToken: Cancellation);
}
