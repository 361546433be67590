namespace Mptcp.Native.Interop;

/// <summary>Constants of <c>include/uapi/linux/rtnetlink.h</c> and <c>if_link.h</c>.</summary>
internal static class RouteHeaders
{
    public const ushort RTM_NEWLINK = 16;
    public const ushort RTM_GETLINK = 18;

    public const int IFINFOMSG_LENGTH = 16; // sizeof(struct ifinfomsg)

    public const int IFNAMSIZ = 16; // of include/uapi/linux/if.h, with the terminating zero

    public const ushort IFLA_IFNAME = 3;
    public const ushort IFLA_EXT_MASK = 29;

    public const uint RTEXT_FILTER_SKIP_STATS = 8;
}
