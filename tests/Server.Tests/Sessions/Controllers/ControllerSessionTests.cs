using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

/// <summary>How much waits for a controller that does not read.</summary>
public sealed class ControllerSessionTests
{
    private const int Most = 262_144;
    private static readonly PrimaryStanding Told = new(IsSelf: true, Primary: null, Highest: 1);

    private readonly ControllerSession _session = new(
        new SessionIdentity(1, "te", 1, "reader", PolicyAuthor.Daemon, DateTimeOffset.UnixEpoch), TimeProvider.System);

    [Fact]
    public async Task One_that_reads_nothing_is_ended_when_too_much_waits_for_it_and_nothing_more_does()
    {
        for (var count = 0; count < Most; count++)
            _session.Tell(Told);
        Assert.Null(_session.End);
        Assert.False(_session.Overflow.IsCompleted);
        _session.Tell(Told);
        Assert.Equal(SessionRefusal.LimitExceeded, _session.End?.Refusal);
        Assert.True(_session.Overflow.IsCompletedSuccessfully);
        _session.Tell(Told);

        var left = 0;
        while (_session.TryTake(out _))
            left++;
        Assert.Equal(Most, left);
        Assert.False(await _session.WaitToTellAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void One_that_reads_is_told_as_much_as_there_is()
    {
        for (var count = 0; count < Most; count++)
            _session.Tell(Told);
        for (var count = 0; count < 1_000; count++)
        {
            Assert.True(_session.TryTake(out var told));
            Assert.Same(Told, told);
            _session.Tell(Told);
        }

        Assert.Null(_session.End);
    }
}
