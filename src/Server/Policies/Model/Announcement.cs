using System.Collections.Immutable;
using System.Net;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>What is announced to a peer: the addresses of interfaces, or one address.</summary>
internal sealed record Announcement
{
    /// <summary>Patterns of the names of the interfaces whose addresses are announced; empty where <see cref="Address"/> is.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>The address that is announced, which this host need not own; null where <see cref="Interfaces"/> are.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The port that is announced; 0 for that of the connection.</summary>
    public int Port { get; init; }

    /// <summary>The address of this host that peers reach by <see cref="Address"/>, through a NAT; null where it is the host's own.</summary>
    public IPAddress? Inside { get; init; }

    /// <summary>The port of this host that peers reach by <see cref="Port"/>; 0 for the same.</summary>
    public int InsidePort { get; init; }

    /// <summary>Whether a listener is opened where nobody listens.</summary>
    public bool Listen { get; init; } = true;

    public bool Equals(Announcement? other) => other is not null && Interfaces.SequenceEqual(other.Interfaces)
        && Equals(Address, other.Address) && Equals(Inside, other.Inside)
        && (Port, InsidePort, Listen) == (other.Port, other.InsidePort, other.Listen);

    public override int GetHashCode() => HashCode.Combine(Interfaces.Length, Address, Port);
}
