namespace Mptcp.Native.Interop;

/// <summary>Constants of <c>include/uapi/linux/mptcp.h</c> and <c>mptcp_pm.h</c>.</summary>
internal static class MptcpHeaders
{
    public const string MPTCP_PM_NAME = "mptcp_pm";
    public const string MPTCP_PM_CMD_GRP_NAME = "mptcp_pm_cmds";
    public const string MPTCP_PM_EV_GRP_NAME = "mptcp_pm_events";

    public const byte MPTCP_PM_CMD_ADD_ADDR = 1;
    public const byte MPTCP_PM_CMD_DEL_ADDR = 2;
    public const byte MPTCP_PM_CMD_GET_ADDR = 3;
    public const byte MPTCP_PM_CMD_FLUSH_ADDRS = 4;
    public const byte MPTCP_PM_CMD_SET_LIMITS = 5;
    public const byte MPTCP_PM_CMD_GET_LIMITS = 6;
    public const byte MPTCP_PM_CMD_SET_FLAGS = 7;
    public const byte MPTCP_PM_CMD_ANNOUNCE = 8;
    public const byte MPTCP_PM_CMD_REMOVE = 9;
    public const byte MPTCP_PM_CMD_SUBFLOW_CREATE = 10;
    public const byte MPTCP_PM_CMD_SUBFLOW_DESTROY = 11;

    public const ushort MPTCP_PM_ATTR_ADDR = 1;
    public const ushort MPTCP_PM_ATTR_RCV_ADD_ADDRS = 2;
    public const ushort MPTCP_PM_ATTR_SUBFLOWS = 3;
    public const ushort MPTCP_PM_ATTR_TOKEN = 4;
    public const ushort MPTCP_PM_ATTR_LOC_ID = 5;
    public const ushort MPTCP_PM_ATTR_ADDR_REMOTE = 6;

    public const ushort MPTCP_PM_ADDR_ATTR_FAMILY = 1;
    public const ushort MPTCP_PM_ADDR_ATTR_ID = 2;
    public const ushort MPTCP_PM_ADDR_ATTR_ADDR4 = 3;
    public const ushort MPTCP_PM_ADDR_ATTR_ADDR6 = 4;
    public const ushort MPTCP_PM_ADDR_ATTR_PORT = 5;
    public const ushort MPTCP_PM_ADDR_ATTR_FLAGS = 6;
    public const ushort MPTCP_PM_ADDR_ATTR_IF_IDX = 7;

    public const ushort MPTCP_ATTR_TOKEN = 1;
    public const ushort MPTCP_ATTR_FAMILY = 2;
    public const ushort MPTCP_ATTR_LOC_ID = 3;
    public const ushort MPTCP_ATTR_REM_ID = 4;
    public const ushort MPTCP_ATTR_SADDR4 = 5;
    public const ushort MPTCP_ATTR_SADDR6 = 6;
    public const ushort MPTCP_ATTR_DADDR4 = 7;
    public const ushort MPTCP_ATTR_DADDR6 = 8;
    public const ushort MPTCP_ATTR_SPORT = 9;
    public const ushort MPTCP_ATTR_DPORT = 10;
    public const ushort MPTCP_ATTR_BACKUP = 11;
    public const ushort MPTCP_ATTR_ERROR = 12;
    public const ushort MPTCP_ATTR_FLAGS = 13;
    public const ushort MPTCP_ATTR_TIMEOUT = 14;
    public const ushort MPTCP_ATTR_IF_IDX = 15;
    public const ushort MPTCP_ATTR_RESET_REASON = 16;
    public const ushort MPTCP_ATTR_RESET_FLAGS = 17;
    public const ushort MPTCP_ATTR_SERVER_SIDE = 18;

    public const ushort MPTCP_PM_EV_FLAG_DENY_JOIN_ID0 = 1;
    public const ushort MPTCP_PM_EV_FLAG_SERVER_SIDE = 2;
}
