using System.Net;

namespace Mptcp.Native.PathManagement;

/// <summary>A local address that a path manager works with.</summary>
/// <param name="Address">The address; an IPv4-mapped one is IPv4 here.</param>
public sealed record Endpoint(IPAddress Address)
{
    /// <summary>The address id; 0 lets the kernel choose one for an endpoint, and is the initial address of a connection.</summary>
    public byte Id { get; init; }

    /// <summary>The TCP port that goes with the address; 0 for none.</summary>
    public ushort Port { get; init; }

    /// <summary>What the kernel does with it.</summary>
    public EndpointFlags Flags { get; init; }

    /// <summary>The index of the network interface to bind to; 0 for none.</summary>
    public int InterfaceIndex { get; init; }
}
