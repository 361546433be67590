using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths.Managers;

/// <summary>What gives each connection of a host its subflow over the second path.</summary>
internal interface IPathManager : IAsyncDisposable
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>Which path manager the host's kernel is to have.</summary>
    PathManagerKind Kind { get; }

    /// <summary>How much processor time its process has used; null where there is none.</summary>
    TimeSpan? ProcessorTime { get; }

    /// <summary>Starts it; when the task completes, it serves every new connection.</summary>
    /// <param name="host">The host that connects over the first of its two paths.</param>
    Task StartAsync(LabHost host);
}
