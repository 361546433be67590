using Mptcp.Kernel.Tests.Policies;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Sessions;

/// <summary>What is asked of every sample controller: each gives a connection a subflow from every usable local address.</summary>
static class SamplePlay
{
    /// <summary>The role that is to be played.</summary>
    public const string Role = "edge";

    /// <summary>Of the three paths the fallback takes two, so that what it makes is told from what controllers make.</summary>
    public const string Policy =
        "match: {side: client}, families: ipv4, strategy: delegate, interfaces: {allow: [path1, path2]}, "
        + $"delegate: {{role: {Role}, deadline: 1s, fallback: fullmesh}}";

    /// <summary>Has one decide, freezes it, kills it, and has another take over and end in order.</summary>
    /// <param name="start">Starts the first one, and the second one.</param>
    public static async Task RunAsync(Func<PolicyLab, int, SampleController> start)
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        await using var controller = start(room, 1);
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

        await using var next = start(room, 2);
        await room.ShouldHaveAsync(decided, "1>1", "2>1", "3>1");
        await room.ShouldHaveAsync(fallenBack, "1>1", "2>1", "3>1");

        Assert.Equal((0, ""), await next.EndAsync());
        await room.ShouldHaveAsync(decided, "1>1", "2>1");
        await room.ShouldHaveAsync(fallenBack, "1>1", "2>1");
    }
}
