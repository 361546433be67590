namespace Mptcp.Lab;

/// <summary>How a server listens.</summary>
public sealed record ListenOptions
{
    /// <summary>What the server speaks. A listener for Multipath TCP takes plain TCP too.</summary>
    public Transport Transport { get; init; } = Transport.Mptcp;

    /// <summary>Whether an IPv6 wildcard listener takes IPv4 connections too, as IPv4-mapped addresses.</summary>
    public bool DualStack { get; init; }

    /// <summary>The network interface to be bound to; null for none.</summary>
    public string? Interface { get; init; }

    /// <summary>How many connections may wait to be accepted.</summary>
    public int Backlog { get; init; } = 128;
}
