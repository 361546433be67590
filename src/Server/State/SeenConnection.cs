using System.Collections.Immutable;
using System.Net;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>A connection as the kernel's sockets show it at one moment.</summary>
/// <param name="Token">Its local token.</param>
/// <param name="Id">The cookie of its socket.</param>
/// <param name="Local">The local end of the subflow it began with, which may be over.</param>
/// <param name="Remote">The remote end of that.</param>
internal sealed record SeenConnection(uint Token, ulong Id, IPEndPoint Local, IPEndPoint Remote)
{
    /// <summary>The user who made the socket.</summary>
    public uint UserId { get; init; }

    public bool HasFallenBack { get; init; }

    /// <summary>Whether this host accepted it; null when its first subflow does not show that any more, and the kernel was not asked.</summary>
    public bool? ServerSide { get; init; }

    public ImmutableArray<SeenSubflow> Subflows { get; init; } = [];

    /// <summary>False for a moment after a client's beginning, when the socket does not show yet where it runs.</summary>
    public bool HasPlace => Local.Port != 0 && Remote.Port != 0 && !Local.Address.Equals(IPAddress.Any) && !Local.Address.Equals(IPAddress.IPv6Any);

    /// <summary>Finds the subflow between two ends.</summary>
    public SeenSubflow? FindSubflow(IPEndPoint local, IPEndPoint remote)
        => Subflows.FirstOrDefault(subflow => subflow.Local.Equals(local) && subflow.Remote.Equals(remote));

    /// <summary>Null when the kernel was not asked.</summary>
    public PathManagerType? PathManager { get; init; }

    /// <summary>What this host announces, ordered by id; default when the kernel was not asked.</summary>
    public ImmutableArray<AnnouncedAddress> LocalAddresses { get; init; }
}
