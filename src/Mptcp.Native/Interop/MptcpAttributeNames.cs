using static Mptcp.Native.Interop.MptcpHeaders;

namespace Mptcp.Native.Interop;

/// <summary>Names of attributes as in <c>mptcp_pm.h</c>, without their prefixes, for messages about malformed ones.</summary>
internal static class MptcpAttributeNames
{
    /// <summary>MPTCP_PM_ATTR_*.</summary>
    public static string? OfRequest(ushort attribute) => attribute switch
    {
        MPTCP_PM_ATTR_ADDR => "ADDR",
        MPTCP_PM_ATTR_RCV_ADD_ADDRS => "RCV_ADD_ADDRS",
        MPTCP_PM_ATTR_SUBFLOWS => "SUBFLOWS",
        MPTCP_PM_ATTR_TOKEN => "TOKEN",
        MPTCP_PM_ATTR_LOC_ID => "LOC_ID",
        MPTCP_PM_ATTR_ADDR_REMOTE => "ADDR_REMOTE",
        _ => null,
    };

    /// <summary>MPTCP_PM_ADDR_ATTR_*.</summary>
    public static string? OfAddress(ushort attribute) => attribute switch
    {
        MPTCP_PM_ADDR_ATTR_FAMILY => "FAMILY",
        MPTCP_PM_ADDR_ATTR_ID => "ID",
        MPTCP_PM_ADDR_ATTR_ADDR4 => "ADDR4",
        MPTCP_PM_ADDR_ATTR_ADDR6 => "ADDR6",
        MPTCP_PM_ADDR_ATTR_PORT => "PORT",
        MPTCP_PM_ADDR_ATTR_FLAGS => "FLAGS",
        MPTCP_PM_ADDR_ATTR_IF_IDX => "IF_IDX",
        _ => null,
    };

    /// <summary>MPTCP_ATTR_*.</summary>
    public static string? OfEvent(ushort attribute) => attribute switch
    {
        MPTCP_ATTR_TOKEN => "TOKEN",
        MPTCP_ATTR_FAMILY => "FAMILY",
        MPTCP_ATTR_LOC_ID => "LOC_ID",
        MPTCP_ATTR_REM_ID => "REM_ID",
        MPTCP_ATTR_SADDR4 => "SADDR4",
        MPTCP_ATTR_SADDR6 => "SADDR6",
        MPTCP_ATTR_DADDR4 => "DADDR4",
        MPTCP_ATTR_DADDR6 => "DADDR6",
        MPTCP_ATTR_SPORT => "SPORT",
        MPTCP_ATTR_DPORT => "DPORT",
        MPTCP_ATTR_BACKUP => "BACKUP",
        MPTCP_ATTR_ERROR => "ERROR",
        MPTCP_ATTR_FLAGS => "FLAGS",
        MPTCP_ATTR_TIMEOUT => "TIMEOUT",
        MPTCP_ATTR_IF_IDX => "IF_IDX",
        MPTCP_ATTR_RESET_REASON => "RESET_REASON",
        MPTCP_ATTR_RESET_FLAGS => "RESET_FLAGS",
        MPTCP_ATTR_SERVER_SIDE => "SERVER_SIDE",
        _ => null,
    };
}
