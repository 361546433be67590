using Mptcp.Control.V1;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>The native daemon with a policy that leaves every connection to the sample controller in C#, a process of its own.</summary>
internal sealed class DelegatingPathManager : IPathManager
{
    private const string Role = "bench";

    // As much time as the longest pause of a busy machine: what comes late is measured. Nobody but the controller makes subflows.
    private const string Policies = $$"""
        roles:
          - name: {{Role}}
            limits: {commands_per_second: 100000}
        policies:
          - name: second-path
            match: {side: client}
            strategy: delegate
            delegate: {role: {{Role}}, deadline: 1s, fallback: none}
        """;

    private NativeDaemon? _daemon;
    private LabProcess? _controller;

    public string Name => "mptcp-controld with a remote controller";

    public PathManagerKind Kind => PathManagerKind.Userspace;

    public TimeSpan? ProcessorTime => ProcessorTimes.Read(_daemon!.Id);

    /// <summary>Where the build leaves the controller, in the configuration of this program.</summary>
    private static string Program
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(own.Parent!.Parent!.FullName, "csharp-controller", own.Name, "csharp-controller");
        }
    }

    public async Task StartAsync(LabHost host)
    {
        _daemon = await NativeDaemon.StartAsync(host);
        await _daemon.Client.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = Policies });
        _controller = host.StartProcess(Program, "--address", _daemon.Address, "--role", Role, "--quiet");
        await _controller.ReadUntilAsync(_controller.Output, "primary");
    }

    /// <summary>The role with the controller's session, as the daemon lists it.</summary>
    public async Task<RoleSessions> ReadRoleAsync() => (await _daemon!.Client.Sessions.ListSessionsAsync(new ListSessionsRequest())).Roles.Single();

    /// <summary>How many decisions the controller has made in time.</summary>
    public async Task<ulong> ReadDecisionsAsync() => (await ReadRoleAsync()).Sessions.Single().Figures.DecisionsMade;

    public async ValueTask DisposeAsync()
    {
        if (_controller is not null)
            await _controller.DisposeAsync();
        if (_daemon is not null)
            await _daemon.DisposeAsync();
    }
}
