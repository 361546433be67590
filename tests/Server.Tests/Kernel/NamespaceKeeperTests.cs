using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

/// <summary>In which order a namespace that has lost its name is let go of.</summary>
public class NamespaceKeeperTests
{
    [LabFact]
    public async Task A_namespace_is_found_no_longer_when_its_end_is_told_and_is_still_there_for_those_who_use_it()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        var name = $"server-tests-{Environment.ProcessId}-kept";
        using var namespaces = new HostNamespaces(new NamespaceSelection([name]), static _ => { });
        using var keeper = new NamespaceKeeper(namespaces, NullLogger.Instance, TimeProvider.System);
        HostNamespace? begun = null;
        var ends = new List<(bool IsFound, bool IsUsable)>();
        lab.Client.AttachName(name);
        keeper.Start(served => begun = served);
        Assert.Same(begun, namespaces.Find(name));

        lab.Client.DetachName(name);
        // The kernel tells of the name a moment after it is gone.
        await LabWait.UntilAsync("the end of the namespace", () =>
        {
            keeper.Look(begin: _ => { }, end: ended => ends.Add((namespaces.Find(name) is not null, IsUsable(ended))));
            return ends.Count > 0;
        }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([(false, true)], ends);
        Assert.False(IsUsable(begun!));
    }

    static bool IsUsable(HostNamespace served)
    {
        try
        {
            return served.PathManager.GetLimits() is not null;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
