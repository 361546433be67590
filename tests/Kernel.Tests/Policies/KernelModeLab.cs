using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>Two hosts whose connections the kernel's own path manager has, and a daemon with a state directory that keeps the client's endpoints.</summary>
sealed class KernelModeLab : IAsyncDisposable
{
    readonly DirectoryInfo _state;

    KernelModeLab(NetworkLab lab, DaemonProcess daemon, PathManager pathManager, DirectoryInfo state) =>
        (Lab, Daemon, PathManager, _state) = (lab, daemon, pathManager, state);

    public NetworkLab Lab { get; }

    public DaemonProcess Daemon { get; }

    /// <summary>The client's, as somebody else than the daemon uses it.</summary>
    public PathManager PathManager { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<KernelModeLab> CreateAsync(int paths = 2)
    {
        var lab = await NetworkLab.CreateAsync(paths, PathManagerKind.Kernel, Cancellation);
        var state = Directory.CreateTempSubdirectory("mptcp-kernel-tests-");
        try
        {
            var daemon = await DaemonProcess.StartAsync(lab.Client, "--state-dir", state.FullName);
            return new KernelModeLab(lab, daemon, PathManager.Open(NetworkNamespace.Find(lab.Client.NamespacePath)), state);
        }
        catch
        {
            await lab.DisposeAsync();
            state.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Has policies hold instead of those before.</summary>
    /// <param name="policies">The list of policies, as documents write it.</param>
    public async Task ApplyAsync(string policies) =>
        await Daemon.Client.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = $"policies: [{policies}]" });

    /// <summary>Waits until the client has these endpoints, in words such as "198.18.1.1 Subflow, FullMesh".</summary>
    public async Task HasAsync(params string[] expected)
    {
        try
        {
            await LabWait.UntilAsync("endpoints", () => Words().SequenceEqual(expected), cancellationToken: Cancellation);
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected, Words());
        }
    }

    /// <summary>Waits until the client's limits are these.</summary>
    public Task HasLimitsAsync(uint subflows, uint accepted) => LabWait.UntilAsync(
        $"limits of {subflows} and {accepted}", () => PathManager.GetLimits() == new EndpointLimits(subflows, accepted), cancellationToken: Cancellation);

    /// <summary>Waits until the daemon knows a connection with so many established subflows.</summary>
    public Task HasSubflowsAsync(uint token, int count) => LabWait.UntilAsync(
        $"{count} subflows",
        async cancellation =>
        {
            var found = await Daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = token }, cancellationToken: cancellation);
            return found.Connection.Subflows.Count(subflow => subflow.State == SubflowState.Established) == count;
        },
        cancellationToken: Cancellation);

    public async Task<NamespaceExplanation> ExplainAsync() =>
        (await Daemon.Client.Policies.ExplainNamespaceAsync(new ExplainNamespaceRequest())).Explanation;

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        PathManager.Dispose();
        await Lab.DisposeAsync();
        _state.Delete(recursive: true);
    }

    IEnumerable<string> Words() => PathManager.ListEndpoints().Select(Word).Order();

    static string Word(Endpoint endpoint) =>
        endpoint.Port == 0 ? $"{endpoint.Address} {endpoint.Flags}" : $"{endpoint.Address}:{endpoint.Port} {endpoint.Flags}";
}
