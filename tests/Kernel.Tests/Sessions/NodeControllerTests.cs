using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Sessions;

/// <summary>The sample controller in Node.js, which has nothing of this project but the proto files.</summary>
public class NodeControllerTests
{
    [NodeFact]
    public Task It_decides_and_where_it_is_frozen_killed_or_back_each_connection_has_the_paths_of_one() =>
        SamplePlay.RunAsync((room, electionId) =>
            NodeController.Start(room.Lab.Client, room.Daemon.Address, SamplePlay.Role, electionId));

    [NodeFact]
    public async Task Its_own_tests_pass()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: TestContext.Current.CancellationToken);
        await using var tests = NodeController.StartTests(lab.Client);

        var exitCode = await tests.WaitForExitAsync(TimeSpan.FromSeconds(60));
        var report = string.Join('\n', await tests.Output.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync());
        Assert.True(exitCode == 0, tests.Transcript);
        Assert.Matches("(?m)^# pass [1-9]", report);
    }
}
