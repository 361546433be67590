using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Hosting;

/// <summary>A daemon whose state directory is on a disk that is full, or that takes nothing.</summary>
public sealed class FailingDiskTests : IDisposable
{
    private const int DiskBytes = 256 * 1024;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [LabFact]
    public Task On_a_full_disk_what_holds_stays_and_what_is_applied_is_refused_until_there_is_room_again()
        => RefusesWhile("No space left on device", disk => disk.Fill(), disk => disk.Free());

    [LabFact]
    public Task On_a_disk_that_becomes_read_only_what_holds_stays_and_what_is_applied_is_refused_until_it_can_be_written_again()
        => RefusesWhile("Read-only file system", disk => disk.MakeReadOnly(), disk => disk.MakeWritable());

    [LabFact]
    public async Task A_daemon_whose_state_directory_is_read_only_does_not_start_and_says_so()
    {
        using var disk = new SmallDisk(_directory.File("disk"), DiskBytes);
        disk.MakeReadOnly();
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var options = new DaemonOptions
        {
            SocketPath = _directory.File("control.sock"),
            Namespaces = [lab.Client.NamespacePath],
            StateDirectory = disk.Path,
        };
        var failure = await Assert.ThrowsAsync<StartupException>(() => Daemon.StartAsync(options, logging => logging.ClearProviders()));
        Assert.Contains($"in {disk.Path}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    [LabFact]
    public async Task A_daemon_that_starts_on_a_full_disk_says_why_it_does_not_and_leaves_what_is_there()
    {
        using var disk = new SmallDisk(_directory.File("disk"), DiskBytes);
        await using (var before = await ServedLab.StartAsync(disk.Path, []))
            await ApplyAsync(before, "first");
        var kept = Contents(disk);
        disk.Fill();

        var failure = await Assert.ThrowsAsync<StartupException>(() => ServedLab.StartAsync(disk.Path, []));
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);

        disk.Free();
        Assert.Equal(kept[PolicyStore.FileName], Contents(disk)[PolicyStore.FileName]);
        await using var after = await ServedLab.StartAsync(disk.Path, []);
        Assert.Equal("first", await HoldingAsync(after));
    }

    private async Task RefusesWhile(string problem, Action<SmallDisk> fail, Action<SmallDisk> mend)
    {
        using var disk = new SmallDisk(_directory.File("disk"), DiskBytes);
        await using (var served = await ServedLab.StartAsync(disk.Path, []))
        {
            await ApplyAsync(served, "first");
            await ApplyAsync(served, "second");
            var before = Contents(disk);
            fail(disk);

            await RefusedAsync(served, problem, () => ApplyAsync(served, "third"));
            await RefusedAsync(served, problem, () => served.Policies.RollBackPoliciesAsync(
                new RollBackPoliciesRequest { Revision = 1 }, cancellationToken: Cancellation).ResponseAsync);
            // Nothing was half done, and everything else goes on.
            Assert.Equal(before, Contents(disk));
            Assert.NotEmpty((await served.Node.ListInterfacesAsync(new ListInterfacesRequest(), cancellationToken: Cancellation)).Interfaces);

            mend(disk);
            Assert.Equal(3, (await ApplyAsync(served, "third")).Revision.Number);
            Assert.Equal("third", await HoldingAsync(served));
        }

        await using var later = await ServedLab.StartAsync(disk.Path, []);
        Assert.Equal("third", await HoldingAsync(later));
    }

    private static async Task RefusedAsync(ServedLab served, string problem, Func<Task> call)
    {
        var error = ControlPlaneError.From(await Assert.ThrowsAsync<RpcException>(call));
        Assert.Equal((StatusCode.Unavailable, ErrorReason.StateNotWritten), (error.StatusCode, error.Reason));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", error.Message, StringComparison.Ordinal);
        Assert.Equal("second", await HoldingAsync(served));
    }

    private static async Task<ApplyPoliciesResponse> ApplyAsync(ServedLab served, string name)
        => await served.Policies.ApplyPoliciesAsync(
            new ApplyPoliciesRequest { Yaml = $"policies: [{{name: {name}, match: {{remote_ports: 1}}}}]" }, cancellationToken: Cancellation);

    private static async Task<string> HoldingAsync(ServedLab served)
    {
        var held = await served.Policies.GetPoliciesAsync(new GetPoliciesRequest(), cancellationToken: Cancellation);
        return Assert.Single(held.Document.Policies).Name;
    }

    // What counts: not what filled the disk, nor what a write that failed had begun.
    private static SortedDictionary<string, string> Contents(SmallDisk disk)
        => new(Directory.EnumerateFiles(disk.Path)
            .Where(file => Path.GetFileName(file) is PolicyStore.FileName or PolicyStore.PreviousName or "by-hand" or "endpoints" or "elections")
            .ToDictionary(file => Path.GetFileName(file), File.ReadAllText));
}
