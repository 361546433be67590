using System.Net;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>One TCP flow of a connection at one moment.</summary>
/// <param name="Local">The local address; port 0 while the kernel has not told it.</param>
/// <param name="Remote">The remote address and port.</param>
/// <param name="State">Where it is in its life.</param>
internal sealed record Subflow(IPEndPoint Local, IPEndPoint Remote, SubflowState State)
{
    // Most subflows have not ended: what is only known of an end takes no room in them.
    private readonly SubflowEnd? _end;

    public byte LocalId { get; init; }

    public byte RemoteId { get; init; }

    /// <summary>True when this host asked to use it only while no other can carry data.</summary>
    public bool LocalBackup { get; init; }

    /// <summary>True when the peer asked for that.</summary>
    public bool RemoteBackup { get; init; }

    public bool Backup => LocalBackup || RemoteBackup;

    public int InterfaceIndex { get; init; }

    /// <summary>Why it failed or closed, where the kernel said so.</summary>
    public Errno? Error
    {
        get => _end?.Error;
        init => _end = value is null && _end is null ? null : (_end ?? new SubflowEnd()) with { Error = value };
    }

    public uint? ResetReason
    {
        get => _end?.ResetReason;
        init => _end = value is null && _end is null ? null : (_end ?? new SubflowEnd()) with { ResetReason = value };
    }

    public uint? ResetFlags
    {
        get => _end?.ResetFlags;
        init => _end = value is null && _end is null ? null : (_end ?? new SubflowEnd()) with { ResetFlags = value };
    }

    /// <summary>True for the one that the connection began with.</summary>
    public bool Initial { get; init; }

    /// <summary>Who had it made.</summary>
    public SubflowMaker Maker { get; init; }

    /// <summary>The request that made it; 0 when none of this daemon's did.</summary>
    public long Request { get; init; }

    /// <summary>The cookie of its TCP socket; 0 while it has not been read.</summary>
    public ulong Id { get; init; }

    /// <summary>What was seen of it last before its end; null while it lives, or when nothing was.</summary>
    public SubflowSample? LastSample
    {
        get => _end?.LastSample;
        init => _end = value is null && _end is null ? null : (_end ?? new SubflowEnd()) with { LastSample = value };
    }

    /// <summary>True when it had no answer in time, and the kernel has been made to give it up.</summary>
    public bool TimedOut { get; init; }

    /// <summary>True while its handshake has had no outcome.</summary>
    public bool Pending => State is SubflowState.Requested or SubflowState.Connecting;

    public SubflowEnds Ends => new(Local, Remote, InterfaceIndex);

    /// <summary>Whether this may be what the kernel tells of: it chooses the local port, and leaves the remote one out of an attempt that was ended.</summary>
    public bool CanBecome(IPEndPoint local, IPEndPoint remote, byte? localId)
        => Pending
        && Local.Address.Equals(local.Address) && (Local.Port == 0 || Local.Port == local.Port)
        && Remote.Address.Equals(remote.Address) && (remote.Port == 0 || Remote.Port == remote.Port)
        && LocalId == (localId ?? LocalId);
}
