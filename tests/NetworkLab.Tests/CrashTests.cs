using System.Diagnostics;
using System.Globalization;

namespace Mptcp.Lab.Tests;

public class CrashTests
{
    const string ReportVariable = "MPTCP_LAB_CRASH_REPORT";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_killed_process_takes_its_lab_and_what_runs_there_with_it()
    {
        var report = Path.GetTempFileName();
        try
        {
            // This program again: by its own executable, or by the one that runs its assembly.
            string[] assembly = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? [typeof(CrashTests).Assembly.Location] : [];
            var victimStart = new ProcessStartInfo(
                Environment.ProcessPath!,
                [.. assembly, "-explicit", "only", "-method", $"*.{nameof(Victim_that_holds_a_lab_until_it_is_killed)}"]);
            victimStart.RedirectStandardOutput = true; // its own summary would be taken for ours
            victimStart.Environment[ReportVariable] = report;
            using var victim = Process.Start(victimStart)!;
            string[] facts = [];
            await LabWait.UntilAsync(
                "the victim's lab",
                () => (facts = File.ReadAllLines(report)) is [.., "ready"],
                TimeSpan.FromSeconds(30),
                Cancellation);
            var child = $"/proc/{facts[0]}";
            Assert.True(Directory.Exists(child));

            victim.Kill(); // itself only, as the kernel's out-of-memory killer would
            await victim.WaitForExitAsync(Cancellation);

            // The child has become nobody's; whoever adopts it may take a moment to bury it.
            await LabWait.UntilAsync("the end of the child", () => HasEnded(child), cancellationToken: Cancellation);
        }
        finally
        {
            File.Delete(report);
        }
    }

    [LabFact(Explicit = true)]
    public async Task Victim_that_holds_a_lab_until_it_is_killed()
    {
        var report = Environment.GetEnvironmentVariable(ReportVariable);
        Assert.SkipWhen(report is null, "only another test runs this one");
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var process = lab.Client.StartProcess("sh", "-c", "echo ready; exec sleep 1000");
        await process.ReadUntilAsync(process.Output, "ready");
        await File.WriteAllLinesAsync(report, [process.Id.ToString(CultureInfo.InvariantCulture), "ready"], Cancellation);
        await process.WaitForExitAsync(TimeSpan.FromMinutes(1));
    }

    static bool HasEnded(string process)
    {
        try
        {
            // proc(5), stat: "ID (COMMAND) STATE …"; Z is a process that has ended and is not buried.
            return File.ReadAllText($"{process}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
