using System.Globalization;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>The sample controller in Node.js, made ready by eng/node-controller: the lab reaches no registry.</summary>
static class NodeController
{
    /// <summary>Why it cannot run here, as a sentence without a full stop; null when it can.</summary>
    public static string? WhyNot { get; } = Probe();

    /// <summary>Starts it in a host's namespace, and does not wait.</summary>
    public static SampleController Start(LabHost host, string address, string role, int electionId) => SampleController.Start(
        host, "node", In("controller.js"), "--address", address, "--role", role,
        "--election-id", electionId.ToString(CultureInfo.InvariantCulture), "--proto", In("proto"));

    /// <summary>Starts its own tests.</summary>
    public static LabProcess StartTests(LabHost host) =>
        host.StartProcess("node", "--test", "--test-reporter", "tap", In("controller.test.js"));

    static string In(string name) =>
        Path.Combine(WhyNot is null ? Programs.NodeController : throw new InvalidOperationException(WhyNot), name);

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
