using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Native.Diagnostics;

/// <summary>What sock_diag shows of any socket (<c>struct inet_diag_msg</c> and the extensions that are not a protocol's own).</summary>
/// <param name="Cookie">The kernel's number for the socket, never used twice while the host is up.</param>
/// <param name="Local">The local address and port. An IPv4-mapped address is shown as IPv4, whatever <see cref="Family"/> says.</param>
/// <param name="Remote">The remote address and port; port 0 of no address where there is none.</param>
/// <param name="State">The state of the socket.</param>
/// <param name="UserId">The user who made the socket, as the asking user namespace numbers them.</param>
/// <param name="Inode">
/// The inode of the socket; 0 when no process holds it any more. A connection and its subflows share one.
/// </param>
public abstract record InternetSocket(ulong Cookie, IPEndPoint Local, IPEndPoint Remote, SocketState State, uint UserId, uint Inode)
{
    /// <summary>The family of the socket itself; an IPv6 socket may have IPv4 addresses.</summary>
    public AddressFamily Family { get; init; } = Local.AddressFamily;

    /// <summary>The index of the interface that the socket is bound to; null when it is bound to none.</summary>
    public int? InterfaceIndex { get; init; }

    /// <summary>What the timer runs for.</summary>
    public SocketTimer Timer { get; init; }

    /// <summary>When the timer runs out; zero when none runs.</summary>
    public TimeSpan TimerExpires { get; init; }

    /// <summary>How often the timer has run out in vain: retransmissions or probes.</summary>
    public byte TimerRetries { get; init; }

    /// <summary>Bytes received that the application has not read; of a listener, connections that it has not accepted.</summary>
    public uint ReceiveQueue { get; init; }

    /// <summary>Bytes sent that the peer has not acknowledged; of a listener, how many connections may wait.</summary>
    public uint SendQueue { get; init; }

    /// <summary>Memory in use, where it was asked for (<see cref="SocketExtensions.Memory"/>).</summary>
    public MemoryUse? Memory { get; init; }

    /// <summary>Buffers and their limits, where they were asked for (<see cref="SocketExtensions.Buffers"/>).</summary>
    public BufferUse? Buffers { get; init; }

    /// <summary>The IPv4 type of service, where it was asked for (<see cref="SocketExtensions.TypeOfService"/>).</summary>
    public byte? TypeOfService { get; init; }

    /// <summary>The IPv6 traffic class, of an IPv6 socket, where it was asked for (<see cref="SocketExtensions.TrafficClass"/>).</summary>
    public byte? TrafficClass { get; init; }

    /// <summary>The class of the net_cls cgroup, where it was asked for (<see cref="SocketExtensions.TrafficClass"/>).</summary>
    public uint? ClassId { get; init; }

    /// <summary>The id of the socket's cgroup (version 2), which is the inode of the cgroup's directory; null on kernels before 5.8.</summary>
    public ulong? CgroupId { get; init; }

    /// <summary>The socket's mark (SO_MARK); null without CAP_NET_ADMIN.</summary>
    public uint? Mark { get; init; }

    /// <summary>Options that are on; null on kernels before 5.8.</summary>
    public SocketSettings? Settings { get; init; }

    /// <summary>Which directions are shut down.</summary>
    public ShutdownDirections? Shutdown { get; init; }

    /// <summary>Whether the socket takes IPv6 alone (IPV6_V6ONLY), told of IPv6 sockets that listen or are closed.</summary>
    public bool? IPv6Only { get; init; }
}
