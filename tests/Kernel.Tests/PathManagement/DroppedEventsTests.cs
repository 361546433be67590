using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>The kernel counts what it drops.</summary>
public class DroppedEventsTests
{
    const int SmallestBuffer = 4096; // some ten events
    const int Connections = 30;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task What_was_received_and_what_was_dropped_is_all_that_was_told()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var serverNamespace = NetworkNamespace.Find(lab.Server.NamespacePath);
        using var small = PathManagerEvents.Subscribe(serverNamespace, SmallestBuffer);
        using var all = new EventProbe(serverNamespace);
        for (var i = 0; i < Connections; i++)
            (await lab.ConnectAsync(cancellationToken: Cancellation)).Dispose();
        await LabWait.UntilAsync(
            "every connection, and the listener of each, to have ended",
            () => all.OfType(PathManagerEventType.ConnectionClosed).Count() == Connections
                && all.OfType(PathManagerEventType.ListenerClosed).Count() == Connections,
            cancellationToken: Cancellation);

        var received = new List<PathManagerEvent>();
        var overflows = 0;
        while (small.Receive(received, most: 1000) is var receipt and not EventReceipt.Drained)
            overflows += receipt == EventReceipt.Overflowed ? 1 : 0;

        Assert.Equal(1, overflows);
        Assert.InRange(received.Count, 1, all.All.Count - 1);
        Assert.Equal((uint)(all.All.Count - received.Count), small.Drops);
        Assert.Equal(all.All.Take(received.Count).Select(told => (told.Type, told.Token)), received.Select(told => (told.Type, told.Token)));
    }
}
