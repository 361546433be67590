using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Limits.Connections;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits.Connections;

public sealed class ConnectionLedgerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Connections_are_counted_in_all_and_for_each_peer()
    {
        var ledger = Make(new LimitRules { Connections = 3, ConnectionsPerCaller = 2 });
        Assert.Null(ledger.Enter(Remote("one")));
        Assert.Null(ledger.Enter(Remote("one")));
        Assert.Equal(LimitKind.ConnectionsPerCaller, ledger.Enter(Remote("one")));
        Assert.Null(ledger.Enter(Remote("two")));
        Assert.Equal(LimitKind.Connections, ledger.Enter(Remote("three")));
        Assert.Null(ledger.Enter(new Peer("user:0", IsLocal: true)));
        ledger.Leave(Remote("one"));
        Assert.Null(ledger.Enter(Remote("three")));
    }

    [Fact]
    public void Connections_of_a_second_come_back_with_the_time_for_each_peer_whether_they_last_or_not()
    {
        var ledger = Make(new LimitRules { ConnectionsPerSecond = 10 });
        Assert.Equal(10, ComeAndGo(ledger, "one"));
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(3, ComeAndGo(ledger, "one"));
        Assert.Equal(10, ComeAndGo(ledger, "two"));
        Assert.Equal(LimitKind.ConnectionsPerSecond, ledger.Enter(Remote("one")));
    }

    [Fact]
    public void Peers_who_are_gone_are_forgotten_and_those_with_a_connection_are_not()
    {
        var ledger = Make(new LimitRules { ConnectionsPerCaller = 1 });
        Assert.Null(ledger.Enter(Remote("stays")));
        for (var peer = 0; peer < 20_000; peer++)
        {
            Assert.Null(ledger.Enter(Remote($"passes:{peer}")));
            ledger.Leave(Remote($"passes:{peer}"));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(ledger.Peers, 2, 2_048);
        Assert.Equal(LimitKind.ConnectionsPerCaller, ledger.Enter(Remote("stays")));
    }

    [Fact]
    public void Of_whoever_sends_faster_than_it_may_nothing_is_read_for_as_long_as_it_would_have_taken()
    {
        var ledger = Make(new LimitRules { BytesPerSecond = 1_000 });
        Assert.Equal(TimeSpan.FromMilliseconds(0), ledger.Read(Remote("one"), 100));
        Assert.Equal(TimeSpan.FromMilliseconds(500), ledger.Read(Remote("one"), 500));
        Assert.InRange(ledger.Read(Remote("two"), 50), TimeSpan.MinValue, TimeSpan.Zero);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(TimeSpan.FromMilliseconds(100), ledger.Read(Remote("one"), 100));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1_900), ledger.Read(Remote("one"), 1_000_000));
    }

    private static Peer Remote(string name) => new(name, IsLocal: false);

    private ConnectionLedger Make(LimitRules rules) => new(new LimitsInForce(rules), _time);

    // How many connections were taken, of a hundred.
    private static int ComeAndGo(ConnectionLedger ledger, string peer)
    {
        var taken = 0;
        for (var count = 0; count < 100; count++)
        {
            if (ledger.Enter(Remote(peer)) is not null)
                continue;
            ledger.Leave(Remote(peer));
            taken++;
        }

        return taken;
    }
}
