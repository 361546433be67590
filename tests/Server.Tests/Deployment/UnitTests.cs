using System.Diagnostics;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Deployment;

/// <summary>The systemd unit, as <c>systemd-analyze security</c> sees it.</summary>
public sealed class UnitTests
{
    private const string Unit = "mptcp-controld.service";

    private static readonly string Deploy = Path.Combine(AppContext.BaseDirectory, "deploy");

    // What systemd 252 does not know, and the unit has for later ones.
    private static readonly string[] NewerThanSome = ["Failed to parse service type, ignoring: notify-reload", "'FileDescriptorStorePreserve'"];

    public static TheoryData<string> DropIns => [.. Directory.GetFiles(Path.Combine(Deploy, "drop-ins")).Select(file => Path.GetFileName(file)!)];

    [Fact]
    public async Task The_unit_is_exposed_by_2_of_10_at_most()
    {
        using var directory = new TemporaryDirectory();
        File.Copy(Path.Combine(Deploy, Unit), directory.File(Unit));

        var (exitCode, output, _) = await AnalyseAsync(directory, "--threshold=20");

        Assert.True(exitCode == 0, output);
        Assert.Contains("Overall exposure level for mptcp-controld.service", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(DropIns))]
    public async Task Systemd_understands_every_drop_in_and_it_changes_what_is_exposed(string name)
    {
        using var directory = new TemporaryDirectory();
        File.Copy(Path.Combine(Deploy, Unit), directory.File(Unit));
        var (_, alone, _) = await AnalyseAsync(directory);
        var dropIns = Directory.CreateDirectory(directory.File($"{Unit}.d"));
        File.Copy(Path.Combine(Deploy, "drop-ins", name), Path.Combine(dropIns.FullName, name));

        var (exitCode, output, errors) = await AnalyseAsync(directory);

        Assert.Equal(0, exitCode);
        Assert.NotEqual(alone, output);
        Assert.All(
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Contains(NewerThanSome, known => line.Contains(known, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_document_lists_every_drop_in()
        => Assert.Equal(
            Directory.GetFiles(Path.Combine(Deploy, "drop-ins")).Select(Path.GetFileName).Order(),
            Document.Rows("operations.md", "drop-in").Select(row => row[0]).Order());

    private static async Task<(int ExitCode, string Output, string Errors)> AnalyseAsync(TemporaryDirectory directory, params string[] options)
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        Assert.SkipUnless(paths.Any(path => File.Exists(Path.Combine(path, "systemd-analyze"))), "systemd-analyze is not installed");
        var start = new ProcessStartInfo("systemd-analyze", ["security", "--offline=true", "--no-pager", .. options, directory.File(Unit)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new UnreachableException();
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await errors);
    }
}
