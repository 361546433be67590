using Mptcp.Control.V1;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>The native daemon with a policy that wants every connection on both paths.</summary>
internal sealed class PolicyPathManager : IPathManager
{
    private const string Policies = """
        policies:
          - name: second-path
            match: {side: client}
            strategy: fullmesh
        """;

    private NativeDaemon? _daemon;

    /// <summary>Where the daemon listens, as clients are told; once it is started.</summary>
    public string Address => _daemon!.Address;

    public string Name => "mptcp-controld with a policy";

    public PathManagerKind Kind => PathManagerKind.Userspace;

    public TimeSpan? ProcessorTime => ProcessorTimes.Read(_daemon!.Id);

    public async Task StartAsync(LabHost host)
    {
        _daemon = await NativeDaemon.StartAsync(host);
        await _daemon.Client.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = Policies });
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
    }
}
