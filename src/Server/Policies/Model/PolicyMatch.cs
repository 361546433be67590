using System.Collections.Immutable;
using System.Net;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>The connections that a policy is for: what is given must all be so, and of each list one entry.</summary>
internal sealed record PolicyMatch
{
    /// <summary>Matches every connection.</summary>
    public static PolicyMatch All { get; } = new();

    /// <summary>Whether this host is the server; null for either.</summary>
    public bool? ServerSide { get; init; }

    /// <summary>Prefixes of the address of this host that the connection began with. Those of IPv4 hold IPv4 addresses written in IPv6 too.</summary>
    public ImmutableArray<IPNetwork> Local { get; init; } = [];

    public ImmutableArray<PortRange> LocalPorts { get; init; } = [];

    /// <summary>Prefixes of the peer's address that the connection began with.</summary>
    public ImmutableArray<IPNetwork> Remote { get; init; } = [];

    public ImmutableArray<PortRange> RemotePorts { get; init; } = [];

    /// <summary>Patterns of the name of the interface that has the local address.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Patterns of the name of the namespace.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    public ImmutableArray<uint> UserIds { get; init; } = [];

    /// <summary>Patterns of the path of the cgroup, without a slash at the end.</summary>
    public ImmutableArray<string> Cgroups { get; init; } = [];

    /// <summary>Patterns of the name of the process that holds the socket.</summary>
    public ImmutableArray<string> Commands { get; init; } = [];

    public bool Equals(PolicyMatch? other) => other is not null && ServerSide == other.ServerSide
        && Local.SequenceEqual(other.Local) && LocalPorts.SequenceEqual(other.LocalPorts)
        && Remote.SequenceEqual(other.Remote) && RemotePorts.SequenceEqual(other.RemotePorts)
        && Interfaces.SequenceEqual(other.Interfaces) && Namespaces.SequenceEqual(other.Namespaces)
        && UserIds.SequenceEqual(other.UserIds) && Cgroups.SequenceEqual(other.Cgroups) && Commands.SequenceEqual(other.Commands);

    public override int GetHashCode() => HashCode.Combine(ServerSide, Local.Length, Remote.Length, Interfaces.Length, Namespaces.Length);
}
