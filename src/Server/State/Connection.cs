using System.Collections.Immutable;
using System.Net;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>An MPTCP connection at one moment. Whoever holds it keeps that moment; the table moves on to a new record.</summary>
internal sealed record Connection
{
    // Very many connections are known, and the event log keeps several moments of each: what is kept is small, and what hardly
    // ever changes is shared between the moments.
    private readonly Beginning _beginning;
    private readonly Additions _additions = Additions.None;
    private readonly byte _pathManager;

    /// <param name="namespaceName">The namespace it lives in.</param>
    /// <param name="token">Its local token.</param>
    /// <param name="id">The cookie of its socket; 0 when it was gone before that could be read.</param>
    public Connection(string namespaceName, uint token, ulong id) => _beginning = new Beginning(namespaceName, token, id);

    public string Namespace => _beginning.Namespace;

    public uint Token => _beginning.Token;

    /// <summary>The cookie of its socket; 0 while that has not been read.</summary>
    public ulong Id
    {
        get => _beginning.Id;
        init => _beginning = value == _beginning.Id ? _beginning : _beginning with { Id = value };
    }

    public required ConnectionState State { get; init; }

    public bool ServerSide
    {
        get => _beginning.ServerSide;
        init => _beginning = value == _beginning.ServerSide ? _beginning : _beginning with { ServerSide = value };
    }

    /// <summary>The ends of the initial subflow; null when the kernel told neither.</summary>
    public IPEndPoint? Local
    {
        get => _beginning.Local;
        init => _beginning = ReferenceEquals(value, _beginning.Local) ? _beginning : _beginning with { Local = value };
    }

    public IPEndPoint? Remote
    {
        get => _beginning.Remote;
        init => _beginning = ReferenceEquals(value, _beginning.Remote) ? _beginning : _beginning with { Remote = value };
    }

    public ImmutableArray<Subflow> Subflows { get; init; } = [];

    /// <summary>What the peer announced, ordered by id.</summary>
    public ImmutableArray<AnnouncedAddress> RemoteAddresses
    {
        get => _additions.RemoteAddresses;
        init => _additions = value.IsEmpty && _additions.RemoteAddresses.IsEmpty ? _additions : _additions with { RemoteAddresses = value };
    }

    /// <summary>What this host announced, ordered by id.</summary>
    public ImmutableArray<AnnouncedAddress> LocalAddresses
    {
        get => _additions.LocalAddresses;
        init => _additions = value.IsEmpty && _additions.LocalAddresses.IsEmpty ? _additions : _additions with { LocalAddresses = value };
    }

    public bool DenyJoinInitialAddress
    {
        get => _beginning.DenyJoinInitialAddress;
        init => _beginning = value == _beginning.DenyJoinInitialAddress ? _beginning : _beginning with { DenyJoinInitialAddress = value };
    }

    public DateTimeOffset CreateTime
    {
        get => new(_beginning.CreateTicks, TimeSpan.Zero);
        init => _beginning = _beginning with { CreateTicks = value.UtcTicks };
    }

    /// <summary>Null until the kernel has been asked for the socket.</summary>
    public ConnectionOwner? Owner { get; init; }

    /// <summary>Which path manager decides about it; null until the kernel has been asked.</summary>
    public PathManagerType? PathManager
    {
        get => _pathManager == 0 ? null : (PathManagerType)(_pathManager - 1);
        init => _pathManager = (byte)(value is { } known ? (int)known + 1 : 0);
    }

    /// <summary>
    /// The inode of its socket when its owner was looked for; another one means that it was accepted since. 0 when there was none,
    /// or not everything could be found out.
    /// </summary>
    public uint SoughtInode { get; init; }

    /// <summary>What its subflows that are over have carried.</summary>
    public ClosedSubflows ClosedSubflows
    {
        get => _additions.ClosedSubflows;
        init => _additions = value == _additions.ClosedSubflows ? _additions : _additions with { ClosedSubflows = value };
    }

    /// <summary>Finds the subflow between two ends.</summary>
    public Subflow? FindSubflow(IPEndPoint local, IPEndPoint remote)
        => Subflows.FirstOrDefault(subflow => subflow.Local.Equals(local) && subflow.Remote.Equals(remote));

    /// <summary>Whether all that filters of events ask of a connection, its state apart, is what it is at another moment.</summary>
    public bool IsFilteredLike(Connection other)
        => Id == other.Id && ServerSide == other.ServerSide && Owner == other.Owner && Equals(Local, other.Local) && Equals(Remote, other.Remote);

    /// <summary>What a connection has from its beginning, and keeps.</summary>
    private sealed record Beginning(string Namespace, uint Token, ulong Id)
    {
        public long CreateTicks { get; init; }

        public IPEndPoint? Local { get; init; }

        public IPEndPoint? Remote { get; init; }

        public bool ServerSide { get; init; }

        public bool DenyJoinInitialAddress { get; init; }
    }

    /// <summary>What most connections do not have.</summary>
    private sealed record Additions
    {
        public static readonly Additions None = new();

        public ImmutableArray<AnnouncedAddress> RemoteAddresses { get; init; } = [];

        public ImmutableArray<AnnouncedAddress> LocalAddresses { get; init; } = [];

        public ClosedSubflows ClosedSubflows { get; init; } = ClosedSubflows.None;
    }
}
