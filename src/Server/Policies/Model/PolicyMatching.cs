using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Finds the policy that decides about a connection. It is asked for every connection, and allocates nothing.</summary>
internal static class PolicyMatching
{
    /// <summary>The first policy that matches a connection. One of <see cref="PolicyMode.Kernel"/> keeps those behind it from deciding, too.</summary>
    public static PolicyAnswer FindFor(this PolicyDocument document, ConnectionFacts facts)
    {
        foreach (var policy in document.Policies)
        {
            if (!IsAllButOwner(policy.Match, facts))
                continue;
            switch (IsOwner(policy.Match, facts.Connection))
            {
                case true:
                    return new PolicyAnswer(Known: true, policy);
                case null:
                    return new PolicyAnswer(Known: false, null);
            }
        }

        return new PolicyAnswer(Known: true, null);
    }

    /// <summary>The first policy of <see cref="PolicyMode.Kernel"/> that matches a namespace: it decides about the endpoints there.</summary>
    public static PathPolicy? FindForNamespace(this PolicyDocument document, string name)
    {
        foreach (var policy in document.Policies)
        {
            if (policy.Mode == PolicyMode.Kernel && IsOneOf(policy.Match.Namespaces, name))
                return policy;
        }

        return null;
    }

    /// <summary>Whether a connection is one that is matched; null while that is not known.</summary>
    public static bool? Matches(this PolicyMatch match, ConnectionFacts facts) => IsAllButOwner(match, facts) ? IsOwner(match, facts.Connection) : false;

    private static bool IsAllButOwner(PolicyMatch match, ConnectionFacts facts)
    {
        var connection = facts.Connection;
        return (match.ServerSide ?? connection.ServerSide) == connection.ServerSide
            && IsOneOf(match.Namespaces, connection.Namespace)
            && IsOneOf(match.Interfaces, facts.InterfaceName)
            && HasPort(match.LocalPorts, connection.Local)
            && HasPort(match.RemotePorts, connection.Remote)
            && HasAddress(match.Local, connection.Local)
            && HasAddress(match.Remote, connection.Remote);
    }

    // Null while that is not known.
    private static bool? IsOwner(PolicyMatch match, Connection connection)
    {
        var user = match.UserIds.IsEmpty ? true : connection.Owner is { } owner ? match.UserIds.Contains(owner.UserId) : (bool?)null;
        return user & IsProcess(match, connection);
    }

    private static bool? IsProcess(PolicyMatch match, Connection connection)
    {
        if (match.Cgroups.IsEmpty && match.Commands.IsEmpty)
            return true;
        return connection.Owner is { } owner && WasSought(owner, connection)
            ? IsOneOf(match.Cgroups, owner.Cgroup) && IsOneOf(match.Commands, owner.Command)
            : null;
    }

    private static bool WasSought(ConnectionOwner owner, Connection connection)
        => owner.ProcessId != 0 || owner.Cgroup.Length > 0 || connection.SoughtInode != 0;

    private static bool IsOneOf(ImmutableArray<string> patterns, string? name)
        => patterns.IsEmpty || (name is not null && NamePatterns.Any(patterns, name));

    private static bool HasPort(ImmutableArray<PortRange> ranges, IPEndPoint? end)
    {
        foreach (var range in ranges)
        {
            if (end is not null && range.Contains(end.Port))
                return true;
        }

        return ranges.IsEmpty;
    }

    private static bool HasAddress(ImmutableArray<IPNetwork> prefixes, IPEndPoint? end)
    {
        foreach (var prefix in prefixes)
        {
            if (end is not null && Holds(prefix, end.Address))
                return true;
        }

        return prefixes.IsEmpty;
    }

    private static bool Holds(IPNetwork prefix, IPAddress address)
    {
        if (!address.IsIPv4MappedToIPv6)
            return prefix.Contains(address);
        return prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork
            && ((ulong)(BitsOf(address) ^ BitsOf(prefix.BaseAddress)) >> (32 - prefix.PrefixLength)) == 0;
    }

    // MapToIPv4 would allocate.
    private static uint BitsOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - 4)..]) : 0;
    }
}
