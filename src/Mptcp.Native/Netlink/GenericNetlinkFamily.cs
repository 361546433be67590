namespace Mptcp.Native.Netlink;

/// <summary>A generic netlink family as the running kernel describes it.</summary>
/// <param name="Id">The message type that addresses it.</param>
/// <param name="Version">Its version.</param>
/// <param name="Operations">Its commands, ordered by number.</param>
/// <param name="Groups">Its multicast groups: number by name.</param>
internal sealed record GenericNetlinkFamily(
    ushort Id, uint Version, IReadOnlyList<GenericNetlinkOperation> Operations, IReadOnlyDictionary<string, uint> Groups);
