using static Mptcp.Native.Interop.MptcpHeaders;

namespace Mptcp.Native.PathManagement;

/// <summary>The commands of the generic netlink family <c>mptcp_pm</c>.</summary>
public enum PathManagerCommand
{
    /// <summary>Not a command.</summary>
    None = 0,

    /// <summary>Add an endpoint to the in-kernel path manager.</summary>
    AddAddress = MPTCP_PM_CMD_ADD_ADDR,

    /// <summary>Delete an endpoint.</summary>
    DeleteAddress = MPTCP_PM_CMD_DEL_ADDR,

    /// <summary>Read endpoints, or the local addresses of a connection.</summary>
    GetAddress = MPTCP_PM_CMD_GET_ADDR,

    /// <summary>Delete every endpoint.</summary>
    FlushAddresses = MPTCP_PM_CMD_FLUSH_ADDRS,

    /// <summary>Set the limits of the in-kernel path manager.</summary>
    SetLimits = MPTCP_PM_CMD_SET_LIMITS,

    /// <summary>Read the limits.</summary>
    GetLimits = MPTCP_PM_CMD_GET_LIMITS,

    /// <summary>Set the flags of an endpoint, or the priority of a subflow.</summary>
    SetFlags = MPTCP_PM_CMD_SET_FLAGS,

    /// <summary>Announce an address to the peer of a connection.</summary>
    Announce = MPTCP_PM_CMD_ANNOUNCE,

    /// <summary>Withdraw an address.</summary>
    Remove = MPTCP_PM_CMD_REMOVE,

    /// <summary>Create a subflow.</summary>
    SubflowCreate = MPTCP_PM_CMD_SUBFLOW_CREATE,

    /// <summary>Destroy a subflow.</summary>
    SubflowDestroy = MPTCP_PM_CMD_SUBFLOW_DESTROY,
}
