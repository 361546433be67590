using System.Net;
using Mptcp.Control.V1;
using WireAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

public sealed class ExactlyTests
{
    static readonly IPAddress Local = IPAddress.Parse("192.0.2.1");
    static readonly IPEndPoint Remote = IPEndPoint.Parse("198.51.100.1:443");

    [Fact]
    public void What_is_missing_is_created_once()
    {
        var backup = new WantedPath(IPAddress.Parse("192.0.2.2"), Remote, Backup: true) { Interface = "wlan0" };

        Assert.Equal(
            [PathActions.CreateSubflow(Local, Remote), PathActions.CreateSubflow(backup.Local, Remote, true, "wlan0")],
            Of([], new WantedPath(Local, Remote), new WantedPath(Local.MapToIPv6(), Remote), backup));
    }

    [Theory]
    [InlineData(SubflowState.Requested, 0)]
    [InlineData(SubflowState.Connecting, 0)]
    [InlineData(SubflowState.Established, 0)]
    [InlineData(SubflowState.Closing, 1)]
    [InlineData(SubflowState.Closed, 1)]
    [InlineData(SubflowState.Failed, 1)]
    public void What_lives_counts_as_being_there_whatever_its_local_port(SubflowState state, int commands) =>
        Assert.Equal(commands, Of([Subflow(SubflowMaker.Controller, state)], new WantedPath(Local, Remote)).Count);

    [Theory]
    [InlineData(SubflowMaker.Policy, true)]
    [InlineData(SubflowMaker.Controller, true)]
    [InlineData(SubflowMaker.Host, true)]
    [InlineData(SubflowMaker.Unspecified, false)]
    [InlineData(SubflowMaker.Application, false)]
    [InlineData(SubflowMaker.Peer, false)]
    [InlineData(SubflowMaker.Caller, false)]
    public void What_is_not_wanted_is_ended_where_this_host_made_it(SubflowMaker maker, bool ends)
    {
        var subflow = Subflow(maker);

        Assert.Equal(ends ? [PathActions.DestroySubflow(subflow)] : [], Of([subflow]));
    }

    [Fact]
    public void What_is_under_way_or_has_no_known_port_or_is_the_initial_one_is_not_ended()
    {
        var initial = Subflow(SubflowMaker.Host);
        initial.Initial = true;
        var unknown = Subflow(SubflowMaker.Policy);
        unknown.Local.Port = 0;

        Assert.Empty(Of([initial, unknown, Subflow(SubflowMaker.Policy, SubflowState.Connecting)]));
    }

    [Fact]
    public void A_backup_that_shall_be_none_is_changed_and_the_other_way_round()
    {
        var subflow = Subflow(SubflowMaker.Peer);
        Assert.Equal([PathActions.SetBackup(subflow, true)], Of([subflow], new WantedPath(Local, Remote, Backup: true)));

        subflow.LocalBackup = true;
        Assert.Equal([PathActions.SetBackup(subflow, false)], Of([subflow], new WantedPath(Local, Remote)));
        Assert.Empty(Of([subflow], new WantedPath(Local, Remote, Backup: true)));
    }

    [Fact]
    public void Of_two_on_one_path_the_established_one_stays()
    {
        var second = Subflow(SubflowMaker.Controller);
        second.Local.Port = 2;

        Assert.Equal(
            [PathActions.DestroySubflow(second)],
            Of(
                [Subflow(SubflowMaker.Controller, SubflowState.Connecting), Subflow(SubflowMaker.Controller), second],
                new WantedPath(Local, Remote)));
    }

    [Fact]
    public void Another_remote_port_is_another_path_and_ends_come_last()
    {
        var subflow = Subflow(SubflowMaker.Policy);
        var other = new IPEndPoint(Remote.Address, 8443);

        Assert.Equal(
            [PathActions.CreateSubflow(Local, other), PathActions.DestroySubflow(subflow)],
            Of([subflow], new WantedPath(Local, other)));
    }

    [Fact]
    public void A_path_to_no_port_is_refused() =>
        Assert.Throws<ArgumentException>(() => Of([], new WantedPath(Local, new IPEndPoint(Remote.Address, 0))));

    static IReadOnlyList<PathCommand> Of(IEnumerable<Subflow> subflows, params IEnumerable<WantedPath> paths)
    {
        var request = new DecisionRequest { Connection = new Connection { Subflows = { subflows } } };
        return PathDecision.Exactly(new DecisionContext(request), paths).Actions;
    }

    static Subflow Subflow(SubflowMaker maker, SubflowState state = SubflowState.Established) => new()
    {
        Local = new WireAddress { Address = "192.0.2.1", Port = 1 },
        Remote = new WireAddress { Address = "198.51.100.1", Port = 443 },
        Maker = maker,
        State = state,
    };
}
