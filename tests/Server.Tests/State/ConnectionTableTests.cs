using System.Net;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;
using static Mptcp.ControlPlane.Server.Tests.State.KernelEvents;

namespace Mptcp.ControlPlane.Server.Tests.State;

public class ConnectionTableTests
{
    private const ulong Cookie = 4711;
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly List<StateEvent> _told = [];
    private readonly FakeSockets _sockets = new() { Connections = { [Token] = FakeSockets.Connection(Cookie) } };
    private readonly ConnectionTable _table;

    public ConnectionTableTests()
    {
        _table = new ConnectionTable("self", _sockets, _told.Add);
    }

    [Theory]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("198.18.1.1:40000", "0.0.0.0:0")]
    public void A_connection_has_its_cookie_also_while_its_socket_shows_no_more_than_half_of_where_it_runs(string local, string remote)
    {
        _sockets.Connections[Token] = new SeenConnection(Token, Cookie, IPEndPoint.Parse(local), IPEndPoint.Parse(remote)) { UserId = 1000 };
        Apply(Created());
        Assert.Equal((Cookie, Local, Remote), (_table.Find(Token)!.Id, _table.Find(Token)!.Local, _table.Find(Token)!.Remote));
    }

    [Fact]
    public void A_connection_is_known_with_its_initial_subflow_and_the_cookie_of_its_socket()
    {
        Apply(Created());

        var connection = _table.Find(Token)!;
        Assert.Equal((Cookie, ConnectionState.Created, true), (connection.Id, connection.State, connection.ServerSide));
        var subflow = Assert.Single(connection.Subflows);
        Assert.Equal((Local, Remote, SubflowState.Established, true), (subflow.Local, subflow.Remote, subflow.State, subflow.Initial));
        Assert.Equal(StateEventType.ConnectionCreated, Assert.Single(_told).Type);
    }

    [Fact]
    public void A_connection_that_was_asked_for_before_its_event_was_read_stays_the_same_one()
    {
        Request(1);
        Apply(Created(), Established(), Subflow(PathManagerEventType.SubflowEstablished, 50001));

        Assert.DoesNotContain(_told, told => told.Type == StateEventType.ConnectionClosed);
        var connection = _table.Find(Token)!;
        Assert.Equal((Cookie, ConnectionState.Established, true), (connection.Id, connection.State, connection.ServerSide));
        Assert.Equal([(true, 0L), (false, 1L)], connection.Subflows.Select(subflow => (subflow.Initial, subflow.Request)));
    }

    [Fact]
    public void The_end_of_a_connection_is_told_with_all_that_was_known_of_it()
    {
        Apply(Created(), Established(), Closed());

        Assert.Empty(_table.All);
        var last = _told[^1];
        Assert.Equal(StateEventType.ConnectionClosed, last.Type);
        Assert.Equal((Cookie, Remote), (last.Connection!.Id, last.Connection.Remote));
        Assert.Equal(SubflowState.Closed, Assert.Single(last.Connection.Subflows).State);
    }

    [Fact]
    public void A_token_that_is_used_again_closes_the_connection_whose_end_was_lost()
    {
        Apply(Created());
        _sockets.Connections[Token] = FakeSockets.Connection(Cookie + 1);
        Apply(Created());

        Assert.Equal(
            [(StateEventType.ConnectionCreated, Cookie), (StateEventType.ConnectionClosed, Cookie), (StateEventType.ConnectionCreated, Cookie + 1)],
            _told.Select(told => (told.Type, told.Connection!.Id)));
        Assert.Equal(StateEventOrigin.Reconciled, _told[1].Origin);
    }

    [Fact]
    public void A_subflow_of_a_connection_from_before_is_told_after_the_connection_itself()
    {
        Apply(Subflow(PathManagerEventType.SubflowEstablished, 50001));

        Assert.Equal([StateEventType.ConnectionCreated, StateEventType.SubflowEstablished], _told.Select(told => told.Type));
        Assert.Equal(StateEventOrigin.Reconciled, _told[0].Origin);
        Assert.Equal(Cookie, _told[1].Connection!.Id);
    }

    [Fact]
    public void An_event_of_a_connection_that_is_gone_keeps_its_token()
    {
        _sockets.Connections.Clear();
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001));

        var told = Assert.Single(_told);
        Assert.Equal((Token, null), (told.Token, told.Connection));
    }

    [Fact]
    public void A_requested_subflow_takes_the_port_that_the_kernel_chose()
    {
        Apply(Created());
        Request(1);
        Apply(Subflow(PathManagerEventType.SubflowEstablished, 50001));

        var subflow = _table.Find(Token)!.Subflows[1];
        Assert.Equal((50001, SubflowState.Established, 1L, (byte)1), (subflow.Local.Port, subflow.State, subflow.Request, subflow.RemoteId));
    }

    [Fact]
    public void An_acknowledgement_that_comes_after_the_event_changes_nothing()
    {
        Apply(Created());
        Request(1);
        Apply(Subflow(PathManagerEventType.SubflowEstablished, 50001));
        var before = _told.Count;
        _table.AcceptSubflow(Token, 1, Now);

        Assert.Equal(SubflowState.Established, _table.Find(Token)!.Subflows[1].State);
        Assert.Equal(before, _told.Count);
    }

    [Fact]
    public void Requests_that_look_alike_get_their_outcomes_in_their_order()
    {
        Apply(Created());
        Request(1);
        Request(2);
        Apply(Subflow(PathManagerEventType.SubflowEstablished, 50001));
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50002, error: new Errno(111)));

        Assert.Equal(
            [(1L, SubflowState.Established), (2L, SubflowState.Failed)],
            _told.Where(told => told.Type is StateEventType.SubflowEstablished or StateEventType.SubflowClosed)
                .Select(told => (told.Subflow!.Request, told.Subflow.State)));
    }

    [Fact]
    public void A_refused_handshake_is_a_failure_with_its_errno_and_leaves_no_subflow()
    {
        Apply(Created());
        Request(1);
        _table.AcceptSubflow(Token, 1, Now);
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(111)));

        Assert.Equal((SubflowState.Failed, "ECONNREFUSED"), (_told[^1].Subflow!.State, _told[^1].Subflow!.Error!.Value.Name));
        Assert.Single(_table.Find(Token)!.Subflows);
    }

    [Fact]
    public void A_request_that_the_kernel_refused_is_forgotten()
    {
        Apply(Created());
        Request(1);
        _table.RefuseSubflow(Token, 1);

        Assert.Single(_table.Find(Token)!.Subflows);
    }

    [Fact]
    public void Requests_that_are_open_when_the_connection_closes_have_failed()
    {
        Apply(Created());
        Request(1);
        Apply(Closed());

        Assert.Contains(_told[^1].Connection!.Subflows, subflow => subflow is { Request: 1, State: SubflowState.Failed });
    }

    [Fact]
    public void Announced_addresses_are_known_until_they_are_removed()
    {
        Apply(Created(), Announced(7), Announced(3), Announced(7));
        Assert.Equal([3, 7], _table.Find(Token)!.RemoteAddresses.Select(address => (int)address.Id));

        Apply(Removed(7));
        Assert.Equal(3, Assert.Single(_table.Find(Token)!.RemoteAddresses).Id);
        Assert.Equal(SecondRemote, _told[^1].Address!.Address);
    }

    [Fact]
    public void A_change_of_priority_made_here_is_told_although_the_kernel_does_not()
    {
        Apply(Created());
        var changed = _table.SetBackup(Token, new SubflowAddresses(Local, Remote), backup: true, Now);

        Assert.True(changed!.Backup);
        Assert.Equal((StateEventType.SubflowPriority, StateEventOrigin.Derived), (_told[^1].Type, _told[^1].Origin));
        Assert.True(_table.Find(Token)!.Subflows[0].Backup);
    }

    [Fact]
    public void An_event_of_a_newer_kernel_is_passed_on_as_unknown()
    {
        Apply(new PathManagerEvent((PathManagerEventType)99) { Token = Token });

        Assert.Equal((StateEventType.Unknown, Token), (_told[0].Type, _told[0].Token));
    }

    [Theory]
    [InlineData(PathManagerEventType.SubflowEstablished)]
    [InlineData(PathManagerEventType.SubflowClosed)]
    [InlineData(PathManagerEventType.SubflowPriority)]
    public void An_event_that_does_not_say_where_its_subflow_runs_is_passed_on_as_unknown_and_makes_none(PathManagerEventType type)
    {
        Apply(Created(), Established());
        var before = _table.Find(Token)!.Subflows;
        Apply(new(type) { Token = Token }, new(type) { Token = Token, Local = Local }, new(type) { Token = Token, Remote = Remote });

        Assert.Equal(before, _table.Find(Token)!.Subflows);
        Assert.Equal(Enumerable.Repeat(StateEventType.Unknown, 3), _told.TakeLast(3).Select(told => told.Type));
    }

    private void Apply(params PathManagerEvent[] events)
    {
        foreach (var told in events)
            _table.Apply(told, Now);
        _table.OrphanThoseLeftAlone(Now);
    }

    private void Request(long number) => _table.RequestSubflow(
        Token,
        new Subflow(new IPEndPoint(SecondLocal, 0), SecondRemote, SubflowState.Requested) { LocalId = 2, Request = number },
        Now);
}
