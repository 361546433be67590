using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

public sealed class SnapshotRequestsTests
{
    private static readonly NamespaceStanding Sure = new("sure", IsUnsure: false, Failure: null);
    private static readonly NamespaceStanding Unsure = new("unsure", IsUnsure: true, Failure: null);
    private static readonly NamespaceStanding Failing = new("failing", IsUnsure: true, new NetlinkTransportException("no answer"));

    private readonly SnapshotRequests _requests = new();
    private int _taken;

    [Fact]
    public void A_request_waits_for_the_namespaces_that_it_asks_about_and_no_others()
    {
        var (all, one, other) = (Ask(), Ask("sure"), Ask("unsure", "sure"));
        Answer(Sure, Unsure);
        Assert.Equal([false, true, false], [all.IsCompleted, one.IsCompletedSuccessfully, other.IsCompleted]);

        Answer(Sure, Unsure with { IsUnsure = false });
        Assert.True(all.IsCompletedSuccessfully && other.IsCompletedSuccessfully);
        Assert.True(_requests.IsEmpty);
    }

    [Fact]
    public void A_request_about_a_namespace_that_fails_is_refused_whatever_else_is_not_sure()
    {
        var (all, one, both) = (Ask(), Ask("sure"), Ask("unsure", "failing"));
        Answer(Sure, Unsure, Failing);

        Assert.True(one.IsCompletedSuccessfully);
        foreach (var refused in new[] { all, both })
        {
            var refusal = Assert.IsType<NetlinkTransportException>(refused.Exception?.InnerException);
            Assert.EndsWith("namespace failing is not known, as the kernel cannot show it: no answer", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_namespace_that_is_served_no_longer_is_not_waited_for()
    {
        var answer = Ask("gone");
        Answer(Unsure);

        Assert.True(answer.IsCompletedSuccessfully);
    }

    [Fact]
    public void Requests_that_are_answered_together_share_a_snapshot()
    {
        Ask();
        Ask("sure");
        Answer(Sure);

        Assert.Equal(1, _taken);
    }

    [Fact]
    public void A_streak_of_failures_ends_with_a_success()
    {
        var streak = new FailureStreak();
        for (var i = 1; i < FailureStreak.Long; i++)
            streak.Add(new NetlinkTransportException($"failure {i}"));
        Assert.Null(streak.Lasting);

        streak.Add(new NetlinkTransportException("the last"));
        Assert.Equal("the last", streak.Lasting?.Message);

        streak.End();
        Assert.Null(streak.Lasting);
    }

    private Task<StateSnapshot> Ask(params string[] names)
    {
        var answer = new TaskCompletionSource<StateSnapshot>();
        _requests.Add(names.Length == 0 ? null : names.ToHashSet(), answer);
        return answer.Task;
    }

    private void Answer(params NamespaceStanding[] standings) => _requests.Answer(standings, () =>
    {
        _taken++;
        return new StateSnapshot([], Sequence: 0);
    });
}
