using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;
using static Mptcp.ControlPlane.Server.Tests.State.KernelEvents;

namespace Mptcp.ControlPlane.Server.Tests.State;

/// <content>Subflows that are over before their end is told.</content>
public partial class ReconciliationTests
{
    [Fact]
    public void A_subflow_that_is_known_and_not_seen_is_missing_until_it_is_told_as_over()
    {
        Reconcile(Whole);
        Assert.Empty(_table.FindMissing(Whole));
        Assert.Equal([Known.Subflows[1].Ends], _table.FindMissing(FakeSockets.Connection(Cookie)));
        Assert.Equal([Known.Subflows[1].Ends], _table.FindMissing(Whole with { Subflows = [FakeSockets.Initial, FakeSockets.Second(50001, id: 33)] }));
        Assert.Empty(_table.FindMissing(FakeSockets.Connection(Cookie + 1)));

        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(103)));
        Assert.Empty(_table.FindMissing(FakeSockets.Connection(Cookie)));
    }

    [Fact]
    public void A_request_that_the_kernel_has_not_had_yet_is_not_missing_and_an_attempt_is()
    {
        Apply(Created());
        Request();
        Assert.Empty(_table.FindMissing(FakeSockets.Connection(Cookie)));

        _table.AcceptSubflow(Token, 1, Now);
        Assert.Single(_table.FindMissing(FakeSockets.Connection(Cookie)));
        Assert.Empty(_table.FindMissing(Whole with { Subflows = [FakeSockets.Initial, FakeSockets.Second(50001) with { IsConnecting = true }] }));
    }

    [Fact]
    public void The_end_of_a_subflow_that_a_comparison_has_told_is_not_told_again_when_the_kernel_does()
    {
        Reconcile(Whole);
        Reconcile(FakeSockets.Connection(Cookie), StateEventCause.Request);
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(103)));

        Assert.Single(_told, told => told.Type == StateEventType.SubflowClosed);
    }

    [Fact]
    public void The_end_of_an_attempt_that_a_comparison_has_told_is_not_told_again_when_the_kernel_does()
    {
        Apply(Created());
        Request();
        _table.AcceptSubflow(Token, 1, Now);
        Reconcile(FakeSockets.Connection(Cookie));
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(111)));

        Assert.Equal([StateEventType.SubflowFailed], _told.Skip(1).Select(told => told.Type).Where(type => type is StateEventType.SubflowFailed or StateEventType.SubflowClosed));
    }

    [Fact]
    public void A_late_end_is_not_taken_for_that_of_the_next_subflow_between_the_same_ends()
    {
        Reconcile(Whole);
        _sockets.Connections[Token] = Whole with { Subflows = [FakeSockets.Initial, FakeSockets.Second(50001, id: 33)] };
        Reconcile(_sockets.Connections[Token]);
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(103)));
        Assert.Contains(Known.Subflows, subflow => subflow.Id == 33);

        _sockets.Connections[Token] = FakeSockets.Connection(Cookie);
        Apply(Subflow(PathManagerEventType.SubflowClosed, 50001, error: new Errno(104)));
        Assert.Equal([22ul, 33ul], _told.Where(told => told.Type == StateEventType.SubflowClosed).Select(told => told.Subflow!.Id));
    }
}
