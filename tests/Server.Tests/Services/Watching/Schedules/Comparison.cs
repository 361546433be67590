using Mptcp.ControlPlane.Server.Services.Mapping;
using Connection = Mptcp.Control.V1.Connection;
using SubflowMaker = Mptcp.Control.V1.SubflowMaker;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>Compares what a watcher knows of connections with what the daemon does.</summary>
internal static class Comparison
{
    /// <summary>Asserts that a watcher knows what it asked for, each with the digest of what it is.</summary>
    public static void AssertKnows(FoldedConnections folded, SimulatedDaemon daemon, ReferenceFilter filter)
    {
        var expected = daemon.Connections.Select(one => (Connection: ConnectionMapping.ToProto(one), Digest: EventMapping.DigestOf(one)))
            .Where(one => filter.Selects(one.Connection));
        // A connection that does not match any more is told once, with what makes it so, and then no more.
        var known = folded.All.Where(one => filter.Selects(one.Connection));
        var (there, knows) = (Describe(expected), Describe(known));
        Assert.True(there == knows, $"there is\n{there}\nand the watcher of {filter} knows\n{knows}\nafter\n{daemon}");
    }

    /// <summary>What a digest stands for, as text: no times, no figures, nothing of who asked for a subflow, and no order.</summary>
    public static string Describe(Connection connection)
    {
        var plain = connection.Clone();
        plain.CreateTime = null;
        plain.ClosedSubflows = null;
        foreach (var subflow in plain.Subflows)
        {
            subflow.LastSample = null;
            subflow.Requested = false;
            subflow.Maker = SubflowMaker.Unspecified;
        }

        var subflows = plain.Subflows.Select(subflow => subflow.ToString()).Order().ToList();
        var addresses = plain.RemoteAddresses.OrderBy(address => address.Id).ToList();
        plain.Subflows.Clear();
        plain.RemoteAddresses.Clear();
        plain.RemoteAddresses.Add(addresses);
        return $"{plain} {string.Join(' ', subflows)}";
    }

    private static string Describe(IEnumerable<(Connection Connection, ulong Digest)> connections)
        => string.Join('\n', connections.Select(one => $"{Describe(one.Connection)} {one.Digest:x}").Order());
}
