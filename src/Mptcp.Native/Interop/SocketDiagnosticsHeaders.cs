namespace Mptcp.Native.Interop;

/// <summary>Constants of <c>include/uapi/linux/sock_diag.h</c>, <c>inet_diag.h</c> and, for subflows, <c>mptcp.h</c>.</summary>
internal static class SocketDiagnosticsHeaders
{
    public const ushort TCPDIAG_GETSOCK = 18;
    public const ushort SOCK_DIAG_BY_FAMILY = 20;
    public const ushort SOCK_DESTROY = 21;

    public const int INET_DIAG_REQ_V1_LENGTH = 60; // sizeof(struct inet_diag_req)
    public const int INET_DIAG_REQ_LENGTH = 56; // sizeof(struct inet_diag_req_v2)
    public const int INET_DIAG_MSG_LENGTH = 72; // sizeof(struct inet_diag_msg)

    public const ushort INET_DIAG_REQ_BYTECODE = 1;
    public const ushort INET_DIAG_REQ_PROTOCOL = 3;

    public const uint INET_DIAG_NOCOOKIE = 0xffffffff;

    public const ushort INET_DIAG_MEMINFO = 1;
    public const ushort INET_DIAG_INFO = 2;
    public const ushort INET_DIAG_VEGASINFO = 3;
    public const ushort INET_DIAG_CONG = 4;
    public const ushort INET_DIAG_TOS = 5;
    public const ushort INET_DIAG_TCLASS = 6;
    public const ushort INET_DIAG_SKMEMINFO = 7;
    public const ushort INET_DIAG_SHUTDOWN = 8;
    public const ushort INET_DIAG_DCTCPINFO = 9;
    public const ushort INET_DIAG_SKV6ONLY = 11;
    public const ushort INET_DIAG_MARK = 15;
    public const ushort INET_DIAG_BBRINFO = 16;
    public const ushort INET_DIAG_CLASS_ID = 17;
    public const ushort INET_DIAG_ULP_INFO = 19;
    public const ushort INET_DIAG_CGROUP_ID = 21;
    public const ushort INET_DIAG_SOCKOPT = 22;

    public const ushort INET_ULP_INFO_NAME = 1;
    public const ushort INET_ULP_INFO_MPTCP = 3;

    public const ushort MPTCP_SUBFLOW_ATTR_TOKEN_REM = 1;
    public const ushort MPTCP_SUBFLOW_ATTR_TOKEN_LOC = 2;
    public const ushort MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ = 3;
    public const ushort MPTCP_SUBFLOW_ATTR_MAP_SEQ = 4;
    public const ushort MPTCP_SUBFLOW_ATTR_MAP_SFSEQ = 5;
    public const ushort MPTCP_SUBFLOW_ATTR_SSN_OFFSET = 6;
    public const ushort MPTCP_SUBFLOW_ATTR_MAP_DATALEN = 7;
    public const ushort MPTCP_SUBFLOW_ATTR_FLAGS = 8;
    public const ushort MPTCP_SUBFLOW_ATTR_ID_REM = 9;
    public const ushort MPTCP_SUBFLOW_ATTR_ID_LOC = 10;

    public const byte INET_DIAG_BC_NOP = 0;
    public const byte INET_DIAG_BC_JMP = 1;
    public const byte INET_DIAG_BC_S_GE = 2;
    public const byte INET_DIAG_BC_S_LE = 3;
    public const byte INET_DIAG_BC_D_GE = 4;
    public const byte INET_DIAG_BC_D_LE = 5;
    public const byte INET_DIAG_BC_AUTO = 6;
    public const byte INET_DIAG_BC_S_COND = 7;
    public const byte INET_DIAG_BC_D_COND = 8;
    public const byte INET_DIAG_BC_DEV_COND = 9;
    public const byte INET_DIAG_BC_MARK_COND = 10;
    public const byte INET_DIAG_BC_CGROUP_COND = 13;

    public const byte IPPROTO_TCP = 6;
    public const uint IPPROTO_MPTCP = 262;

    public const byte AF_UNSPEC = 0;
    public const byte AF_INET = 2;
    public const byte AF_INET6 = 10;

    /// <summary>The name of an attribute of a reply, for messages.</summary>
    public static string? ReplyName(ushort type) => type switch
    {
        INET_DIAG_MEMINFO => "MEMINFO",
        INET_DIAG_INFO => "INFO",
        INET_DIAG_VEGASINFO => "VEGASINFO",
        INET_DIAG_CONG => "CONG",
        INET_DIAG_TOS => "TOS",
        INET_DIAG_TCLASS => "TCLASS",
        INET_DIAG_SKMEMINFO => "SKMEMINFO",
        INET_DIAG_SHUTDOWN => "SHUTDOWN",
        INET_DIAG_DCTCPINFO => "DCTCPINFO",
        INET_DIAG_SKV6ONLY => "SKV6ONLY",
        INET_DIAG_MARK => "MARK",
        INET_DIAG_BBRINFO => "BBRINFO",
        INET_DIAG_CLASS_ID => "CLASS_ID",
        INET_DIAG_ULP_INFO => "ULP_INFO",
        INET_DIAG_CGROUP_ID => "CGROUP_ID",
        INET_DIAG_SOCKOPT => "SOCKOPT",
        _ => null,
    };

    /// <summary>The name of an attribute inside ULP_INFO, for messages.</summary>
    public static string? UpperLayerName(ushort type) => type switch
    {
        INET_ULP_INFO_NAME => "NAME",
        INET_ULP_INFO_MPTCP => "MPTCP",
        _ => null,
    };

    /// <summary>The name of an attribute of a subflow, for messages.</summary>
    public static string? SubflowName(ushort type) => type switch
    {
        MPTCP_SUBFLOW_ATTR_TOKEN_REM => "TOKEN_REM",
        MPTCP_SUBFLOW_ATTR_TOKEN_LOC => "TOKEN_LOC",
        MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ => "RELWRITE_SEQ",
        MPTCP_SUBFLOW_ATTR_MAP_SEQ => "MAP_SEQ",
        MPTCP_SUBFLOW_ATTR_MAP_SFSEQ => "MAP_SFSEQ",
        MPTCP_SUBFLOW_ATTR_SSN_OFFSET => "SSN_OFFSET",
        MPTCP_SUBFLOW_ATTR_MAP_DATALEN => "MAP_DATALEN",
        MPTCP_SUBFLOW_ATTR_FLAGS => "FLAGS",
        MPTCP_SUBFLOW_ATTR_ID_REM => "ID_REM",
        MPTCP_SUBFLOW_ATTR_ID_LOC => "ID_LOC",
        _ => null,
    };
}
