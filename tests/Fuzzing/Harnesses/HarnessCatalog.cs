using Mptcp.Fuzzing.Engine;
using Mptcp.Fuzzing.Harnesses.Cli;
using Mptcp.Fuzzing.Harnesses.Netlink;
using Mptcp.Fuzzing.Harnesses.Server;

namespace Mptcp.Fuzzing.Harnesses;

/// <summary>Every harness: one for each decoder of outside bytes.</summary>
internal static class HarnessCatalog
{
    public static IReadOnlyList<Harness> All { get; } =
    [
        new MessageHarness(),
        new PathManagerEventHarness(),
        new PathManagerAnswerHarness(),
        new SocketHarness(),
        new RouteHarness(),
        new ConnectionTableHarness(),
        new ResumeTokenHarness(),
        new PageTokenHarness(),
        new PolicyDocumentHarness(),
        new ConfigurationHarness(),
        new DaemonCommandHarness(),
        new PolicyStoreHarness(),
        new JournalHarness(),
        new CommandLineHarness(),
        new CommandTextHarness(),
    ];

    /// <summary>Harnesses by their names.</summary>
    /// <param name="names">The names; none for all.</param>
    /// <exception cref="FormatException">There is none of a name.</exception>
    public static IReadOnlyList<Harness> Select(IReadOnlyList<string> names) => names.Count == 0 ? All :
    [
        .. names.Select(name => All.FirstOrDefault(harness => harness.Name == name)
            ?? throw new FormatException($"there is no harness '{name}': there are {string.Join(", ", All.Select(harness => harness.Name))}")),
    ];
}
