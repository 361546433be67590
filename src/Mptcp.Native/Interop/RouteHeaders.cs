namespace Mptcp.Native.Interop;

/// <summary>Constants of <c>include/uapi/linux/rtnetlink.h</c>, <c>if_link.h</c>, <c>if_addr.h</c> and <c>if.h</c>.</summary>
internal static class RouteHeaders
{
    public const ushort RTM_NEWLINK = 16;
    public const ushort RTM_DELLINK = 17;
    public const ushort RTM_GETLINK = 18;
    public const ushort RTM_NEWADDR = 20;
    public const ushort RTM_DELADDR = 21;
    public const ushort RTM_GETADDR = 22;

    public const uint RTNLGRP_LINK = 1;
    public const uint RTNLGRP_IPV4_IFADDR = 5;
    public const uint RTNLGRP_IPV6_IFADDR = 9;

    public const byte AF_UNSPEC = 0;
    public const byte AF_INET = 2;
    public const byte AF_INET6 = 10;

    public const int IFINFOMSG_LENGTH = 16; // sizeof(struct ifinfomsg)
    public const int IFADDRMSG_LENGTH = 8; // sizeof(struct ifaddrmsg)
    public const int IFA_CACHEINFO_LENGTH = 16; // sizeof(struct ifa_cacheinfo)
    public const int IFNAMSIZ = 16; // with the terminating zero

    public const ushort IFLA_ADDRESS = 1;
    public const ushort IFLA_IFNAME = 3;
    public const ushort IFLA_MTU = 4;
    public const ushort IFLA_LINK = 5;
    public const ushort IFLA_MASTER = 10;
    public const ushort IFLA_WIRELESS = 11;
    public const ushort IFLA_OPERSTATE = 16;
    public const ushort IFLA_LINKINFO = 18;
    public const ushort IFLA_EXT_MASK = 29;
    public const ushort IFLA_CARRIER = 33;
    public const ushort IFLA_INFO_KIND = 1;

    public const uint RTEXT_FILTER_SKIP_STATS = 8;

    public const ushort IFA_ADDRESS = 1;
    public const ushort IFA_LOCAL = 2;
    public const ushort IFA_LABEL = 3;
    public const ushort IFA_CACHEINFO = 6;
    public const ushort IFA_FLAGS = 8;

    public const uint IFA_F_SECONDARY = 0x01; // IFA_F_TEMPORARY of an IPv6 address
    public const uint INFINITY_LIFE_TIME = 0xffffffff; // of include/net/addrconf.h

    /// <summary>The name of an attribute of a link, for messages.</summary>
    public static string? LinkName(ushort type) => type switch
    {
        IFLA_ADDRESS => "ADDRESS",
        IFLA_IFNAME => "IFNAME",
        IFLA_MTU => "MTU",
        IFLA_LINK => "LINK",
        IFLA_MASTER => "MASTER",
        IFLA_OPERSTATE => "OPERSTATE",
        IFLA_LINKINFO => "LINKINFO",
        IFLA_CARRIER => "CARRIER",
        _ => null,
    };

    /// <summary>The name of an attribute of an address, for messages.</summary>
    public static string? AddressName(ushort type) => type switch
    {
        IFA_ADDRESS => "ADDRESS",
        IFA_LOCAL => "LOCAL",
        IFA_LABEL => "LABEL",
        IFA_CACHEINFO => "CACHEINFO",
        IFA_FLAGS => "FLAGS",
        _ => null,
    };
}
