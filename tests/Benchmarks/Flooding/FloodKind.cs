namespace Mptcp.ControlPlane.Benchmarks.Flooding;

/// <summary>What a hostile client does as fast as it can.</summary>
internal enum FloodKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Takes the processors, and never calls: what the machine has left for the daemon under any flood.</summary>
    Spinning,

    /// <summary>Calls NodeService.GetInfo over four connections, many calls at once over each.</summary>
    Calls,

    /// <summary>Connects and closes.</summary>
    Connections,

    /// <summary>Opens watches over four connections and resets them.</summary>
    Streams,

    /// <summary>Sends messages of 3 MiB, four at a time.</summary>
    Messages,

    /// <summary>Connects, sends what is no HTTP/2, and closes.</summary>
    Garbage,
}
