using System.Net;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;
using static Mptcp.ControlPlane.Server.Tests.State.KernelEvents;

namespace Mptcp.ControlPlane.Server.Tests.State;

public partial class ReconciliationTests
{
    private const ulong Cookie = 4711;
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly SeenConnection Whole = FakeSockets.Connection(Cookie) with
    {
        Subflows = [FakeSockets.Initial, FakeSockets.Second(50001)],
        PathManager = PathManagerType.Userspace,
        LocalAddresses = [new AnnouncedAddress(7, new IPEndPoint(SecondLocal, 0))],
    };

    private readonly List<StateEvent> _told = [];
    private readonly FakeSockets _sockets = new() { Connections = { [Token] = Whole } };
    private readonly ConnectionTable _table;

    public ReconciliationTests()
    {
        _table = new ConnectionTable("self", _sockets, _told.Add);
    }

    private Connection Known => _table.Find(Token)!;

    [Fact]
    public void A_connection_from_before_the_start_is_known_whole_and_told_once()
    {
        Reconcile(Whole, StateEventCause.Start);

        var told = Assert.Single(_told);
        Assert.Equal(
            (StateEventType.ConnectionCreated, StateEventOrigin.Reconciled, StateEventCause.Start), (told.Type, told.Origin, told.Cause));
        Assert.Equal(
            (Cookie, ConnectionState.Established, true, 1000u, PathManagerType.Userspace),
            (Known.Id, Known.State, Known.ServerSide, Known.Owner!.UserId, Known.PathManager));
        Assert.Equal([(0, 12ul, true), (2, 22ul, false)], Known.Subflows.Select(subflow => ((int)subflow.LocalId, subflow.Id, subflow.Initial)));
        Assert.Equal(7, Assert.Single(Known.LocalAddresses).Id);
    }

    [Fact]
    public void What_is_known_already_is_not_told_again()
    {
        Reconcile(Whole);
        Reconcile(Whole);

        Assert.Single(_told);
    }

    [Fact]
    public void What_events_told_and_what_sockets_show_is_one_connection()
    {
        Apply(Created(), Established(), Subflow(PathManagerEventType.SubflowEstablished, 50001));
        _told.Clear();
        Reconcile(Whole with { PathManager = null, LocalAddresses = default });

        Assert.Empty(_told);
    }

    [Fact]
    public void A_handshake_that_is_not_confirmed_leaves_a_connection_created()
    {
        var seen = FakeSockets.Connection(Cookie) with { Subflows = [FakeSockets.Initial with { Flags = SubflowFlags.RemoteCapable }] };
        Reconcile(seen);
        Assert.Equal(ConnectionState.Created, Known.State);

        Reconcile(FakeSockets.Connection(Cookie));
        Assert.Equal((ConnectionState.Established, StateEventType.ConnectionEstablished), (Known.State, _told[^1].Type));
    }

    [Fact]
    public void A_fallback_is_told_and_never_taken_back()
    {
        Apply(Created());
        Reconcile(FakeSockets.Connection(Cookie) with { HasFallenBack = true });
        Assert.Equal((StateEventType.ConnectionFallback, ConnectionState.Fallback), (_told[^1].Type, Known.State));

        Reconcile(FakeSockets.Connection(Cookie));
        Assert.Equal(ConnectionState.Fallback, Known.State);
    }

    [Fact]
    public void A_connection_found_fallen_back_is_told_as_created_and_as_fallen_back()
    {
        Reconcile(FakeSockets.Connection(Cookie) with { HasFallenBack = true });

        Assert.Equal([StateEventType.ConnectionCreated, StateEventType.ConnectionFallback], _told.Select(told => told.Type));
    }

    [Fact]
    public void The_end_of_the_last_subflow_leaves_an_orphan_that_another_one_revives()
    {
        Reconcile(FakeSockets.Connection(Cookie));
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001) with { Local = Local, Remote = Remote, LocalId = 0, RemoteId = 0 });
        Assert.Equal(
            (StateEventType.ConnectionOrphaned, StateEventOrigin.Derived, StateEventCause.LastSubflowClosed),
            (_told[^1].Type, _told[^1].Origin, _told[^1].Cause));

        Apply(Subflow(PathManagerEventType.SubflowEstablished, 50001));
        Assert.Equal(
            [StateEventType.SubflowEstablished, StateEventType.ConnectionEstablished], _told.TakeLast(2).Select(told => told.Type));
        Assert.Equal((ConnectionState.Established, StateEventCause.SubflowReturned), (Known.State, _told[^1].Cause));
    }

    [Fact]
    public void The_end_of_the_last_subflow_orphans_nothing_where_that_of_the_connection_is_right_behind()
    {
        Reconcile(FakeSockets.Connection(Cookie));
        var looks = _sockets.Looks;
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001) with { Local = Local, Remote = Remote, LocalId = 0, RemoteId = 0 }, Closed());

        Assert.Equal([StateEventType.SubflowClosed, StateEventType.ConnectionClosed], _told.TakeLast(2).Select(told => told.Type));
        Assert.Equal(looks, _sockets.Looks);
    }

    [Fact]
    public void The_end_of_the_last_subflow_of_a_connection_that_is_gone_orphans_nothing()
    {
        Reconcile(FakeSockets.Connection(Cookie));
        _sockets.Connections.Clear();
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001) with { Local = Local, Remote = Remote, LocalId = 0, RemoteId = 0 });

        Assert.Equal(StateEventType.SubflowClosed, _told[^1].Type);
    }

    [Fact]
    public void Subflows_that_came_and_went_unheard_are_told()
    {
        Reconcile(FakeSockets.Connection(Cookie));
        Reconcile(Whole, StateEventCause.KernelLoss);
        Assert.Contains(_told, told => told is { Type: StateEventType.SubflowEstablished, Cause: StateEventCause.KernelLoss, Subflow.Id: 22 });

        Reconcile(FakeSockets.Connection(Cookie), StateEventCause.KernelLoss);
        Assert.Contains(_told, told => told is { Type: StateEventType.SubflowClosed, Origin: StateEventOrigin.Reconciled, Subflow.Id: 22 });
        Assert.Single(Known.Subflows);
    }

    [Fact]
    public void Another_socket_between_the_same_ends_is_another_subflow()
    {
        Reconcile(Whole);
        Reconcile(Whole with { Subflows = [FakeSockets.Initial, FakeSockets.Second(50001, id: 33)] });

        Assert.Equal(
            [(StateEventType.SubflowClosed, 22ul), (StateEventType.SubflowEstablished, 33ul)],
            _told.TakeLast(2).Select(told => (told.Type, told.Subflow!.Id)));
    }

    [Fact]
    public void A_wish_to_be_a_backup_that_was_not_heard_of_is_told_as_a_change_of_priority()
    {
        Reconcile(Whole);
        var backup = FakeSockets.Second(50001) with { Flags = FakeSockets.Second(50001).Flags | SubflowFlags.RemoteBackup };
        Reconcile(Whole with { Subflows = [FakeSockets.Initial, backup] });

        Assert.Equal(StateEventType.SubflowPriority, _told[^1].Type);
        Assert.Equal((false, true, true), (_told[^1].Subflow!.LocalBackup, _told[^1].Subflow!.RemoteBackup, _told[^1].Subflow!.Backup));
    }

    [Fact]
    public void An_attempt_that_the_kernel_shows_is_the_one_that_was_asked_for()
    {
        Apply(Created());
        Request();
        _table.AcceptSubflow(Token, 1, Now);
        Reconcile(Whole with { Subflows = [FakeSockets.Initial, FakeSockets.Second(50001) with { IsConnecting = true }] });

        Assert.Equal((1L, 50001, SubflowState.Connecting, 22ul), Known.Subflows.Where(subflow => !subflow.Initial)
            .Select(subflow => (subflow.Request, subflow.Local.Port, subflow.State, subflow.Id)).Single());
    }

    [Fact]
    public void An_attempt_that_vanished_unheard_has_failed()
    {
        Apply(Created());
        Request();
        _table.AcceptSubflow(Token, 1, Now);
        Reconcile(FakeSockets.Connection(Cookie));

        Assert.Equal(SubflowState.Failed, Assert.Single(_told, told => told.Type == StateEventType.SubflowFailed).Subflow!.State);
        Assert.Single(Known.Subflows);
    }

    [Fact]
    public void A_request_that_the_kernel_has_not_had_yet_is_not_missed()
    {
        Apply(Created());
        Request();
        Reconcile(FakeSockets.Connection(Cookie));

        Assert.Contains(Known.Subflows, subflow => subflow.State == SubflowState.Requested);
    }

    [Fact]
    public void An_attempt_that_was_given_up_is_told_as_failed_for_want_of_an_answer()
    {
        Apply(Created());
        Request();
        _table.AcceptSubflow(Token, 1, Now);
        _table.TimeOut(Token, Known.Subflows[1]);
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(103)));

        var told = _told[^1];
        Assert.Equal(
            (StateEventType.SubflowFailed, StateEventOrigin.Derived, StateEventCause.Timeout, "ETIMEDOUT"),
            (told.Type, told.Origin, told.Cause, told.Subflow!.Error!.Value.Name));
    }

    [Fact]
    public void An_attempt_that_was_ended_is_found_though_the_kernel_leaves_its_remote_port_out()
    {
        Apply(Created());
        Request();
        _table.AcceptSubflow(Token, 1, Now);
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(104)) with { Remote = new IPEndPoint(SecondRemote.Address, 0) });

        Assert.Equal((1L, SubflowState.Failed, SecondRemote), (_told[^1].Subflow!.Request, _told[^1].Subflow!.State, _told[^1].Subflow!.Remote));
        Assert.Single(Known.Subflows);
    }

    [Fact]
    public void The_last_figures_of_subflows_stay_with_the_connection()
    {
        Reconcile(Whole);
        _sockets.Samples[22] = new SubflowSample(Now) { BytesSent = 1000, BytesReceived = 10 };
        _sockets.Samples[12] = new SubflowSample(Now) { BytesSent = 5, BytesRetransmitted = 1 };
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001));
        Assert.Equal(1000ul, _told[^1].Subflow!.LastSample!.BytesSent);
        Assert.Equal(new ClosedSubflows(1, 1000, 0, 10), Known.ClosedSubflows);

        Apply(Closed());
        Assert.Equal(new ClosedSubflows(2, 1005, 1, 10), _told[^1].Connection!.ClosedSubflows);
    }

    [Fact]
    public void A_connection_that_is_gone_is_removed_unless_its_token_has_another()
    {
        Reconcile(Whole);
        var known = Known;
        _table.RemoveGone(known with { Id = Cookie + 1 }, StateEventCause.Survey, Now);
        Assert.NotNull(_table.Find(Token));

        _table.RemoveGone(known, StateEventCause.Survey, Now);
        Assert.Empty(_table.All);
        Assert.Equal((StateEventType.ConnectionClosed, StateEventCause.Survey), (_told[^1].Type, _told[^1].Cause));
    }

    [Fact]
    public void A_token_that_another_connection_has_closes_the_one_before()
    {
        Reconcile(Whole);
        Reconcile(Whole with { Id = Cookie + 1 });

        Assert.Equal([StateEventType.ConnectionClosed, StateEventType.ConnectionCreated], _told.TakeLast(2).Select(told => told.Type));
        Assert.Equal(StateEventCause.TokenReused, _told[^2].Cause);
        Assert.Equal(Cookie + 1, Known.Id);
    }

    [Fact]
    public void The_owner_of_a_connection_is_told_when_it_is_found()
    {
        Reconcile(Whole);
        var owner = new ConnectionOwner(1000, "/user.slice", 42, "curl");
        _table.Identify(Token, Cookie + 1, 7, owner, null, Now);
        Assert.Equal(0, Known.Owner!.ProcessId);

        _table.Identify(Token, Cookie, 7, owner, PathManagerType.Kernel, Now);
        _table.Identify(Token, Cookie, 7, owner, null, Now);
        Assert.Equal((owner, PathManagerType.Kernel), (Known.Owner, Known.PathManager));
        Assert.Single(_told, told => told.Type == StateEventType.ConnectionUpdated);
    }

    private void Reconcile(SeenConnection seen, StateEventCause cause = StateEventCause.Survey) => _table.Reconcile(seen, cause, Now);

    private void Apply(params PathManagerEvent[] events)
    {
        foreach (var told in events)
            _table.Apply(told, Now);
        _table.OrphanThoseLeftAlone(Now);
    }

    private void Request() => _table.RequestSubflow(
        Token,
        new Subflow(new IPEndPoint(SecondLocal, 0), SecondRemote, SubflowState.Requested) { LocalId = 2, Request = 1 },
        Now);
}
