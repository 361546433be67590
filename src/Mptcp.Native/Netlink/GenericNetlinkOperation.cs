namespace Mptcp.Native.Netlink;

/// <summary>A command of a generic netlink family.</summary>
/// <param name="Number">Its number.</param>
/// <param name="RequiresAdmin">Whether it needs CAP_NET_ADMIN.</param>
/// <param name="CanDump">Whether it can list.</param>
internal readonly record struct GenericNetlinkOperation(uint Number, bool RequiresAdmin, bool CanDump);
