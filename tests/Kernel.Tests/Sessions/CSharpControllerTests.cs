using Mptcp.Kernel.Tests.Policies;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Sessions;

/// <summary>The sample controller in C#, which uses the client library.</summary>
public class CSharpControllerTests
{
    [LabFact]
    public Task It_decides_and_where_it_is_frozen_killed_or_back_each_connection_has_the_paths_of_one() =>
        SamplePlay.RunAsync((room, _) => Start(room, SamplePlay.Role));

    [LabFact]
    public async Task A_daemon_that_is_killed_and_back_finds_it_there_again()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(SamplePlay.Policy);
        await using var controller = Start(room, SamplePlay.Role);
        await controller.WaitForAsync("primary");
        await room.Daemon.KillAsync();
        await controller.WaitForAsync("disconnected");
        await room.Daemon.StartAgainAsync();

        await controller.WaitForAsync("primary");
        await room.ShouldHaveAsync(await room.ConnectAsync(), "1>1", "2>1", "3>1");
        Assert.Equal((0, ""), await controller.EndAsync());
    }

    [LabFact]
    public async Task A_role_that_the_daemon_does_not_know_is_complained_of_and_ends_it()
    {
        await using var room = await PolicyLab.CreateAsync();
        await using var controller = Start(room, "nobody");

        Assert.Equal(1, await controller.Process.WaitForExitAsync(SampleController.Timeout));
        var complaint = await controller.Process.Errors.ReadAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("csharp-controller: ", complaint, StringComparison.Ordinal);
        Assert.Contains("nobody", complaint, StringComparison.Ordinal);
    }

    // As docs/controllers.md has people start it, but for the address and the role.
    static SampleController Start(PolicyLab room, string role)
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "controllers.md"));
        var words = document.Split("`csharp-controller ")[1].Split('`')[0].Split(' ');
        Assert.Equal(["--address", "unix:/run/mptcp-controld/control.sock", "--role", "edge"], words);
        return SampleController.Start(room.Lab.Client, Programs.CSharpController, words[0], room.Daemon.Address, words[2], role);
    }
}
