namespace Mptcp.Lab;

/// <summary>What a <see cref="Crowd"/> connects to.</summary>
public sealed record CrowdOptions
{
    /// <summary>
    /// At how many ports the server listens. From one address to one port there can be some 28,000 connections, those that ended a minute
    /// ago included.
    /// </summary>
    public int Ports { get; init; } = 4;

    /// <summary>What the server speaks. Connections to plain TCP are Multipath TCP that fell back.</summary>
    public Transport Transport { get; init; } = Transport.Mptcp;

    /// <summary>What the server does with connections.</summary>
    public CrowdService Service { get; init; } = CrowdService.Echo;
}
