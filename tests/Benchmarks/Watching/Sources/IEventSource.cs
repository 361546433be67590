namespace Mptcp.ControlPlane.Benchmarks.Watching.Sources;

/// <summary>Makes a host's kernel tell events at a steady rate.</summary>
internal interface IEventSource : IAsyncDisposable
{
    /// <summary>What the events are of.</summary>
    string Name { get; }

    /// <summary>Begins.</summary>
    Task StartAsync();

    /// <summary>Ends it.</summary>
    /// <exception cref="InvalidOperationException">It has ended before.</exception>
    Task StopAsync();
}
