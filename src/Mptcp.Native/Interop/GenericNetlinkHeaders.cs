namespace Mptcp.Native.Interop;

/// <summary>Constants of <c>include/uapi/linux/genetlink.h</c>.</summary>
internal static class GenericNetlinkHeaders
{
    public const int GENL_HDRLEN = 4;
    public const ushort GENL_ID_CTRL = 0x10;

    public const byte CTRL_CMD_GETFAMILY = 3;
    public const byte CTRL_CMD_GETPOLICY = 10;
    public const byte CTRL_VERSION = 2;

    public const ushort CTRL_ATTR_FAMILY_ID = 1;
    public const ushort CTRL_ATTR_FAMILY_NAME = 2;
    public const ushort CTRL_ATTR_VERSION = 3;
    public const ushort CTRL_ATTR_OPS = 6;
    public const ushort CTRL_ATTR_MCAST_GROUPS = 7;
    public const ushort CTRL_ATTR_POLICY = 8;
    public const ushort CTRL_ATTR_OP_POLICY = 9;

    public const ushort CTRL_ATTR_OP_ID = 1;
    public const ushort CTRL_ATTR_OP_FLAGS = 2;

    public const ushort CTRL_ATTR_MCAST_GRP_NAME = 1;
    public const ushort CTRL_ATTR_MCAST_GRP_ID = 2;

    public const ushort CTRL_ATTR_POLICY_DO = 1;
    public const ushort CTRL_ATTR_POLICY_DUMP = 2;

    public const uint GENL_ADMIN_PERM = 0x01;
    public const uint GENL_CMD_CAP_DUMP = 0x04;
    public const uint GENL_UNS_ADMIN_PERM = 0x10;
}
