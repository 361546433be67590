using System.Globalization;
using System.Text.Json;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>
/// How long it takes to list every connection as JSON, next to what <c>ss</c> takes for its sockets: the programs run in turn, so that what
/// the machine does besides slows all of them.
/// </summary>
/// <param name="runs">How often each is run.</param>
internal sealed class ListingBenchmark(int runs)
{
    private const string Program = "dist/mptcpctl";
    private const double TargetRatio = 1;

    public void Run(TextWriter output, LabHost host, string address, int connections, int subflows)
    {
        string[] list = ["--address", address, "connection", "list", "-o", "json"];
        CheckThatAllIsListed(host, list, connections, subflows);
        var (listing, figures) = (new List<TimedCommand>(), new List<TimedCommand>());
        var (connectionSockets, subflowSockets) = (new List<TimedCommand>(), new List<TimedCommand>());
        for (var run = -1; run < runs; run++)
        {
            var listed = TimedCommand.Run(host, Program, list);
            var mptcp = TimedCommand.Run(host, "ss", "-Mani");
            var tcp = TimedCommand.Run(host, "ss", "-tani");
            var told = TimedCommand.Run(host, Program, [.. list, "--stats"]);
            if (run < 0)
                continue; // The first of each finds nothing in any cache.
            listing.Add(listed);
            connectionSockets.Add(mptcp);
            subflowSockets.Add(tcp);
            figures.Add(told);
        }

        List<double> RatiosOf(List<TimedCommand> own) =>
            [.. own.Select((one, run) => one.Duration / (connectionSockets[run].Duration + subflowSockets[run].Duration))];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"listing {connections:N0} connections with {subflows:N0} subflows, {runs} runs in turn, start of the programs included, output to a pipe"));
        output.WriteLine(Line("mptcpctl connection list -o json", listing));
        output.WriteLine(Line("ss -Mani", connectionSockets));
        output.WriteLine(Line("ss -tani", subflowSockets));
        output.WriteLine(Figures.Line("mptcpctl, of both of ss together", RatiosOf(listing), "", TargetRatio, "0.00"));
        output.WriteLine(Line("mptcpctl connection list -o json --stats", figures));
        output.WriteLine(Figures.Line("that, of both of ss together", RatiosOf(figures), "", format: "0.00"));
    }

    private static void CheckThatAllIsListed(LabHost host, string[] list, int connections, int subflows)
    {
        using var printed = new MemoryStream();
        TimedCommand.Run(printed, host, Program, list);
        using var document = JsonDocument.Parse(printed.ToArray());
        var listed = document.RootElement.GetProperty("connections").EnumerateArray().ToList();
        var parts = listed.Sum(connection => connection.GetProperty("subflows").GetArrayLength());
        if ((listed.Count, parts) != (connections, subflows))
            throw new InvalidOperationException($"mptcpctl lists {listed.Count} connections with {parts} subflows, and not {connections} with {subflows}");
    }

    private static string Line(string what, IReadOnlyCollection<TimedCommand> runs) =>
        Figures.Line(what, [.. runs.Select(run => run.Duration.TotalMilliseconds)], "ms")
        + string.Create(CultureInfo.InvariantCulture, $"  {runs.First().Bytes / 1e6:0.0} MB printed");
}
