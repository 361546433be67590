#pragma warning disable CA1069 // The kernel gives one number several names.
namespace Mptcp.Native.Interop;

/// <summary>Constants of <c>include/uapi/linux/netlink.h</c>.</summary>
internal static class NetlinkHeaders
{
    public const int NETLINK_ROUTE = 0;
    public const int NETLINK_SOCK_DIAG = 4;
    public const int NETLINK_GENERIC = 16;

    public const int NLMSG_HDRLEN = 16;
    public const ushort NLMSG_NOOP = 1;
    public const ushort NLMSG_ERROR = 2;
    public const ushort NLMSG_DONE = 3;
    public const ushort NLMSG_MIN_TYPE = 0x10;

    public const ushort NLM_F_REQUEST = 0x001;
    public const ushort NLM_F_MULTI = 0x002;
    public const ushort NLM_F_ACK = 0x004;
    public const ushort NLM_F_DUMP_INTR = 0x010;
    public const ushort NLM_F_CAPPED = 0x100;
    public const ushort NLM_F_ACK_TLVS = 0x200;
    public const ushort NLM_F_DUMP = 0x300;

    public const ushort NLMSGERR_ATTR_MSG = 1;
    public const ushort NLMSGERR_ATTR_OFFS = 2;
    public const ushort NLMSGERR_ATTR_MISS_TYPE = 5;

    public const int NLA_HDRLEN = 4;
    public const ushort NLA_F_NESTED = 0x8000;
    public const ushort NLA_TYPE_MASK = 0x3fff;

    public const int NETLINK_ADD_MEMBERSHIP = 1;
    public const int NETLINK_CAP_ACK = 10;
    public const int NETLINK_EXT_ACK = 11;
}
