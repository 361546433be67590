using System.Diagnostics;
using System.Globalization;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>The sample controller in Node.js as a process, made ready by eng/node-controller: the lab reaches no registry.</summary>
sealed class NodeController : IAsyncDisposable
{
    // Node.js reads some hundred files at its start, and the processors may be busy.
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    NodeController(LabProcess process) => Process = process;

    public LabProcess Process { get; }

    /// <summary>Why it cannot run here, as a sentence without a full stop; null when it can.</summary>
    public static string? WhyNot { get; } = Probe();

    /// <summary>Starts it in a host's namespace, and does not wait.</summary>
    public static NodeController Start(LabHost host, string address, string role, ulong electionId = 1)
    {
        if (WhyNot is not null)
            throw new InvalidOperationException(WhyNot);
        string[] arguments =
        [
            Path.Combine(Programs.NodeController, "controller.js"), "--address", address, "--role", role,
            "--election-id", electionId.ToString(CultureInfo.InvariantCulture), "--proto", Path.Combine(Programs.NodeController, "proto"),
        ];
        return new NodeController(host.StartProcess(new ProcessStartInfo("node", arguments)));
    }

    /// <summary>Reads what it prints up to a line that contains a text (<c>primary</c>, <c>decided 7 created 1</c>); lines before are gone.</summary>
    public Task<string> WaitForAsync(string text) => Process.ReadUntilAsync(Process.Output, text, Timeout);

    /// <summary>Asks it to end (SIGTERM).</summary>
    /// <returns>The exit code.</returns>
    public Task<int> EndAsync()
    {
        Process.Terminate();
        return Process.WaitForExitAsync(Timeout);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    static string? Probe()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!path.Any(directory => File.Exists(Path.Combine(directory, "node"))))
            return "Node.js is not installed";
        return File.Exists(Path.Combine(Programs.NodeController, ".installed"))
            ? null
            : "the controller in Node.js is not ready: run eng/node-controller, which needs npm";
    }
}
