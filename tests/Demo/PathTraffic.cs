using Mptcp.Lab;

namespace Mptcp.ControlPlane.Demo;

/// <summary>What the client's two interfaces have sent, headers included.</summary>
/// <param name="First">Bytes on path 1.</param>
/// <param name="Second">Bytes on path 2.</param>
sealed record PathTraffic(long First, long Second)
{
    /// <summary>Reads the counters.</summary>
    public static PathTraffic Read(LabHost host) => new(host.ReadCounters(1).SentBytes, host.ReadCounters(2).SentBytes);

    /// <summary>What was sent between an earlier reading and this one.</summary>
    public PathTraffic Since(PathTraffic earlier) => new(First - earlier.First, Second - earlier.Second);
}
