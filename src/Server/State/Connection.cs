using System.Collections.Immutable;
using System.Net;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>An MPTCP connection at one moment. Whoever holds it keeps that moment; the table moves on to a new record.</summary>
/// <param name="Namespace">The namespace it lives in.</param>
/// <param name="Token">Its local token.</param>
/// <param name="Id">The cookie of its socket; 0 when it was gone before that could be read.</param>
internal sealed record Connection(string Namespace, uint Token, ulong Id)
{
    // Very many connections are known: what is kept of each is small.
    private readonly long _createTicks;
    private readonly byte _pathManager;

    public required ConnectionState State { get; init; }

    public bool ServerSide { get; init; }

    /// <summary>The ends of the initial subflow; null when the kernel told neither.</summary>
    public IPEndPoint? Local { get; init; }

    public IPEndPoint? Remote { get; init; }

    public ImmutableArray<Subflow> Subflows { get; init; } = [];

    /// <summary>What the peer announced, ordered by id.</summary>
    public ImmutableArray<AnnouncedAddress> RemoteAddresses { get; init; } = [];

    /// <summary>What this host announced, ordered by id.</summary>
    public ImmutableArray<AnnouncedAddress> LocalAddresses { get; init; } = [];

    public bool DenyJoinInitialAddress { get; init; }

    public DateTimeOffset CreateTime
    {
        get => new(_createTicks, TimeSpan.Zero);
        init => _createTicks = value.UtcTicks;
    }

    /// <summary>Null until the kernel has been asked for the socket.</summary>
    public ConnectionOwner? Owner { get; init; }

    /// <summary>Which path manager decides about it; null until the kernel has been asked.</summary>
    public PathManagerType? PathManager
    {
        get => _pathManager == 0 ? null : (PathManagerType)(_pathManager - 1);
        init => _pathManager = (byte)(value is { } known ? (int)known + 1 : 0);
    }

    /// <summary>The inode of its socket when its owner was looked for; another one means that it was accepted since.</summary>
    public uint SoughtInode { get; init; }

    /// <summary>What its subflows that are over have carried.</summary>
    public ClosedSubflows ClosedSubflows { get; init; } = ClosedSubflows.None;

    /// <summary>Finds the subflow between two ends.</summary>
    public Subflow? FindSubflow(IPEndPoint local, IPEndPoint remote)
        => Subflows.FirstOrDefault(subflow => subflow.Local.Equals(local) && subflow.Remote.Equals(remote));
}
