using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

/// <summary>What the kernel is asked when a connection is looked at: lists take the kernel loop's time with every socket of the host.</summary>
public class KernelSocketsTests
{
    const string List = "socket-list";

    [LabFact]
    public async Task Looking_at_a_connection_that_has_lost_its_subflow_lists_nothing_unless_all_of_it_is_wanted()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: cancellation);
        using var pair = await lab.ConnectAsync(cancellationToken: cancellation);
        var asked = new List<string>();
        var path = lab.Server.NamespacePath;
        using var namespaces = new HostNamespaces(new NamespaceSelection([path]), outcome => asked.Add(outcome.Operation));
        var served = namespaces.Find(path)!;
        var sockets = new KernelSockets(served, served.Diagnostics, served.PathManager, new SampleStore(), NullLogger.Instance);
        var token = pair.Server.Token;
        var initial = new SubflowAddresses(pair.Server.LocalEndPoint, pair.Server.RemoteEndPoint);

        served.PathManager.DestroySubflow(token, initial);
        await LabWait.UntilAsync(
            "the subflow to be gone", () => sockets.Look(token, []) is { Connection.Subflows: [] }, cancellationToken: cancellation);

        asked.Clear();
        Assert.Null(sockets.Look(token, []).Connection!.ServerSide);
        Assert.DoesNotContain(List, asked);

        Assert.True(sockets.Look(token, [], whole: true).Connection!.ServerSide);
        Assert.Contains(List, asked);
    }
}
