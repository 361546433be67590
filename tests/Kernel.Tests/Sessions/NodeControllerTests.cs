using Mptcp.Kernel.Tests.Policies;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Sessions;

/// <summary>The sample controller in Node.js, which has nothing of this project but the proto files.</summary>
public class NodeControllerTests
{
    const string Policy =
        "match: {side: client}, families: ipv4, strategy: delegate, interfaces: {allow: [path1, path2]}, "
        + "delegate: {role: edge, deadline: 1s, fallback: fullmesh}";

    [NodeFact]
    public async Task It_decides_and_where_it_is_frozen_killed_or_back_each_connection_has_the_paths_of_one()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        await using var controller = NodeController.Start(room.Lab.Client, room.Daemon.Address, "edge");
        await controller.WaitForAsync("primary");
        var decided = await room.ConnectAsync();
        await room.ShouldHaveAsync(decided, "1>1", "2>1", "3>1");

        controller.Process.Pause();
        var fallenBack = await room.ConnectAsync();
        await room.ShouldHaveAsync(fallenBack, "1>1", "2>1");
        await room.ShouldHaveAsync(decided, "1>1", "2>1", "3>1");

        controller.Process.Resume();
        await room.ShouldHaveAsync(fallenBack, "1>1", "2>1", "3>1");

        controller.Process.Kill();
        await room.ShouldHaveAsync(decided, "1>1", "2>1");
        await room.ShouldHaveAsync(fallenBack, "1>1", "2>1");

        await using var next = NodeController.Start(room.Lab.Client, room.Daemon.Address, "edge", electionId: 2);
        await room.ShouldHaveAsync(decided, "1>1", "2>1", "3>1");
        await room.ShouldHaveAsync(fallenBack, "1>1", "2>1", "3>1");
        Assert.Equal(0, await next.EndAsync());
    }
}
