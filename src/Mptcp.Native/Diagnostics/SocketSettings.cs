namespace Mptcp.Native.Diagnostics;

/// <summary>Socket options and kinds that are on (<c>struct inet_diag_sockopt</c>, from Linux 5.8), the kernel's bits in their order.</summary>
[Flags]
public enum SocketSettings
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>IP_RECVERR.</summary>
    ReceiveErrors = 1 << 0,

    /// <summary>It is of a kind that connects; not an option.</summary>
    ConnectionOriented = 1 << 1,

    /// <summary>IP_FREEBIND.</summary>
    FreeBind = 1 << 2,

    /// <summary>IP_HDRINCL.</summary>
    HeaderIncluded = 1 << 3,

    /// <summary>IP_MULTICAST_LOOP.</summary>
    MulticastLoop = 1 << 4,

    /// <summary>IP_TRANSPARENT.</summary>
    Transparent = 1 << 5,

    /// <summary>IP_MULTICAST_ALL.</summary>
    MulticastAll = 1 << 6,

    /// <summary>IP_NODEFRAG.</summary>
    NoDefragmentation = 1 << 7,

    /// <summary>IP_BIND_ADDRESS_NO_PORT.</summary>
    BindAddressNoPort = 1 << 8,

    /// <summary>IP_RECVERR_RFC4884.</summary>
    ReceiveExtendedErrors = 1 << 9,

    /// <summary>TCP_FASTOPEN_CONNECT: connecting waits for the first data.</summary>
    DeferConnect = 1 << 10,
}
