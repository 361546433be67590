using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Watching;

/// <summary>What takes minutes: <c>make soak</c>.</summary>
public class SoakTests
{
    [LabFact(Explicit = true)]
    public Task A_watcher_that_does_not_read_for_a_minute_takes_no_memory_and_disturbs_no_other() =>
        StalledWatcherTests.StallAsync(TimeSpan.FromMinutes(1));
}
