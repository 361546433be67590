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

    /// <summary>
    /// Whether the server accepts and echoes. Connections that wait to be accepted cost no descriptor; net.core.somaxconn limits how many
    /// may wait at one port.
    /// </summary>
    public bool Accepts { get; init; } = true;

    /// <summary>
    /// Whether the server closes each connection once it has sent its first byte back, which it then does for many more a second.
    /// </summary>
    public bool Brief { get; init; }
}
