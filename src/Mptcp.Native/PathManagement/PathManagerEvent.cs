using System.Net;
using Mptcp.Native.Interop;

namespace Mptcp.Native.PathManagement;

/// <summary>
/// One event of the group <c>mptcp_pm_events</c>, as the kernel told it: what it left out is null. A type above the
/// named ones comes from a newer kernel.
/// </summary>
/// <param name="Type">What happened.</param>
public sealed record PathManagerEvent(PathManagerEventType Type)
{
    /// <summary>The token of the connection; none for listeners.</summary>
    public uint? Token { get; init; }

    /// <summary>The id of the local address.</summary>
    public byte? LocalId { get; init; }

    /// <summary>The id of the remote address.</summary>
    public byte? RemoteId { get; init; }

    /// <summary>The local address and port; an IPv4-mapped address is IPv4 here.</summary>
    public IPEndPoint? Local { get; init; }

    /// <summary>The remote address and port.</summary>
    public IPEndPoint? Remote { get; init; }

    /// <summary>Whether the subflow is used only while no other can carry data.</summary>
    public bool? Backup { get; init; }

    /// <summary>Why the subflow closed or failed.</summary>
    public Errno? Error { get; init; }

    /// <summary>Whether the peer forbids subflows to the address that the connection began with.</summary>
    public bool DenyJoinInitialAddress { get; init; }

    /// <summary>Whether the peer opened the connection.</summary>
    public bool ServerSide { get; init; }

    /// <summary>MPTCP_ATTR_TIMEOUT, which the header reserves and kernels so far do not send.</summary>
    public uint? Timeout { get; init; }

    /// <summary>The index of the network interface the subflow is bound to.</summary>
    public int? InterfaceIndex { get; init; }

    /// <summary>The reason code of an MP_TCPRST option (RFC 8684, section 3.6).</summary>
    public uint? ResetReason { get; init; }

    /// <summary>The flags of that option; bit 0 says that the condition is transient.</summary>
    public uint? ResetFlags { get; init; }

    /// <summary>Attributes that this version does not know: their bytes by their type. Null when there are none.</summary>
    public IReadOnlyDictionary<ushort, byte[]>? Unknown { get; init; }
}
