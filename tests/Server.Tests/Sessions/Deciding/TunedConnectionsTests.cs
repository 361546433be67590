using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.Native.Congestion;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Subflows that controllers want to send otherwise, which is done elsewhere and known later.</summary>
public sealed class TunedConnectionsTests : DelegationScenario
{
    private static readonly SubflowSettings Settings = new() { CongestionControl = "reno", PacingRate = 1_000 };

    [Fact]
    public async Task A_command_waits_for_nothing_and_its_outcome_is_what_comes_of_it()
    {
        Decided();
        var subflow = Host.Connection.Subflows[0];
        var outcome = Hosts.Command(First, Host, Tuning());
        Assert.Null(outcome.Failure);
        Assert.False(outcome.Pending!.IsCompleted);
        var (tuned, settings, done) = Assert.Single(Host.Kernel.Tunings!);
        Assert.Equal((subflow.Id, Settings), (tuned.Id, settings));
        Assert.NotEqual(0ul, tuned.Id);

        done.SetResult();
        var settled = await outcome.Pending;
        Assert.Equal((null, null, subflow.Id), (settled.Failure, settled.Pending, settled.Subflow!.Id));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_becomes_the_outcome(Exception failure)
    {
        Decided();
        var outcome = Hosts.Command(First, Host, Tuning());
        Host.Kernel.Tunings![0].Done.SetException(failure);
        Assert.Same(failure, (await outcome.Pending!).Failure);
    }

    [Fact]
    public async Task The_end_of_its_namespace_is_the_end_of_its_connection()
    {
        Decided();
        var outcome = Hosts.Command(First, Host, Tuning());
        Host.Kernel.Tunings![0].Done.SetException(new ObjectDisposedException("a descriptor"));
        var refusal = Assert.IsType<SessionRefusedException>((await outcome.Pending!).Failure);
        Assert.Equal(SessionRefusal.ConnectionNotFound, refusal.Refusal);
    }

    public static TheoryData<Exception> Failures { get; } =
    [
        TuningRefusedException.Of(new TuningOutcome.Refused(TuningOption.CongestionControl, Errno.NotFound), Settings),
        new SystemCallException("write to a BPF map", new Errno(12)),
    ];

    [Fact]
    public void What_cannot_be_tuned_is_refused_at_once()
    {
        Decided();
        var unknown = new PathOrder.Tune(new SubflowAddresses(Remote, Remote), Settings);
        Assert.Equal(TuningRefusal.SubflowNotFound, Refusal(Hosts.Command(First, Host, unknown)));
        Assert.Empty(Host.Kernel.Tunings!);
        Host.Kernel.Tunings = null;
        Assert.Equal(TuningRefusal.Disabled, Refusal(Hosts.Command(First, Host, Tuning())));
        Assert.Equal(TuningRefusal.Disabled, Refusal(Hosts.Command(First, Host, Tuning(), validateOnly: true)));
    }

    [Fact]
    public void What_is_only_checked_is_not_done()
    {
        Decided();
        Assert.Equal(OrderOutcome.Done, Hosts.Command(First, Host, Tuning(), validateOnly: true));
        Assert.Empty(Host.Kernel.Tunings!);
    }

    [Fact]
    public void A_decision_goes_on_with_its_other_commands_while_a_subflow_is_tuned()
    {
        var question = Asked();
        Hosts.Answer(First, question.Id, new DecisionAnswer([Tuning(), DelegatedHosts.Create(B, Remote)], DeferTo: null));
        Assert.Equal(OfController, Host.Joined());
        var outcomes = Assert.Single(First.Outcomes).Outcomes;
        Assert.Equal([false, true], outcomes.Select(outcome => outcome.Pending is null));
        Assert.Single(Host.Kernel.Tunings!);
    }

    [Fact]
    public void What_the_kernel_refused_is_told_with_what_it_had_done()
    {
        var all = new SubflowSettings { CongestionControl = "reno", CongestionWindowClamp = 3, PacingRate = 5 };
        var first = TuningRefusedException.Of(new TuningOutcome.Refused(TuningOption.CongestionControl, Errno.NotFound), all);
        Assert.Equal((TuningRefusal.CongestionControlUnknown, "congestion_control", ""), (first.Refusal, first.Facts["refused"], first.Facts["done"]));
        Assert.EndsWith("; nothing was changed", first.Message, StringComparison.Ordinal);
        var last = TuningRefusedException.Of(new TuningOutcome.Refused(TuningOption.PacingRate, Errno.Invalid), all);
        Assert.Equal(
            (TuningRefusal.KernelRefused, "pacing_rate", "congestion_control,congestion_window_clamp", "EINVAL"),
            (last.Refusal, last.Facts["refused"], last.Facts["done"], last.Facts["errno_name"]));
        var alone = TuningRefusedException.Of(
            new TuningOutcome.Refused(TuningOption.PacingRate, Errno.Invalid), new SubflowSettings { PacingRate = 5 });
        Assert.Equal("", alone.Facts["done"]);
    }

    private static TuningRefusal Refusal(OrderOutcome outcome) => Assert.IsType<TuningRefusedException>(outcome.Failure).Refusal;

    private PathOrder.Tune Tuning()
    {
        var subflow = Host.Connection.Subflows[0];
        return new(new SubflowAddresses(subflow.Local, subflow.Remote), Settings);
    }
}
