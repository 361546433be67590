using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

public sealed class KernelLoopTests
{
    private const int NetlinkSockDiag = 4;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    [LabFact]
    public async Task A_namespace_whose_kernel_shows_nothing_holds_up_nobody_who_does_not_ask_about_it()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: cancellation);
        var (broken, whole) = (lab.Client.NamespacePath, lab.Server.NamespacePath);
        var log = new CollectedLog();
        await using var services = LoopServices.Create(log, TimeProvider.System, new DaemonOptions { Namespaces = [broken, whole] });
        var loop = services.GetRequiredService<KernelLoop>();
        Assert.True(lab.Client.BreakNetlink(NetlinkSockDiag) > 0);

        await loop.StartAsync().WaitAsync(LongestStart, cancellation);
        var warning = Assert.Single(log.Entries, entry => entry.Level == LogLevel.Warning);
        Assert.Contains($"{broken}: starting without knowing what is in it", warning.Message, StringComparison.Ordinal);

        var snapshot = await SnapshotAsync(whole);
        Assert.Contains(snapshot.Interfaces, one => one.Namespace == whole);
        foreach (var asked in new[] { null, new[] { broken }, [whole, broken] })
        {
            var refusal = await Assert.ThrowsAsync<NetlinkTransportException>(() => SnapshotAsync(asked));
            Assert.Contains(broken, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("the request could not be sent", refusal.Message, StringComparison.Ordinal);
        }

        Task<StateSnapshot> SnapshotAsync(params string[]? names)
            => loop.SnapshotAsync(names?.ToHashSet(), cancellation).WaitAsync(LongestStart, cancellation);
    }
}
