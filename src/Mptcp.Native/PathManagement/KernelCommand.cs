using System.Globalization;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.MptcpHeaders;

namespace Mptcp.Native.PathManagement;

/// <summary>A command of <c>mptcp_pm</c> that the running kernel has.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name as in this assembly's messages ("subflow-create"); its number when it has none here.</param>
/// <param name="RequiresAdmin">Whether it needs CAP_NET_ADMIN.</param>
/// <param name="CanDump">Whether it can list.</param>
/// <param name="Attributes">Names of the attributes it takes; empty where the kernel does not tell.</param>
public sealed record KernelCommand(
    uint Number, string Name, bool RequiresAdmin, bool CanDump, IReadOnlyList<string> Attributes)
{
    internal static KernelCommand From(
        GenericNetlinkOperation operation, IReadOnlyDictionary<uint, IReadOnlyList<ushort>> policies) => new(
            operation.Number,
            NameOf((PathManagerCommand)operation.Number),
            operation.RequiresAdmin,
            operation.CanDump,
            policies.TryGetValue(operation.Number, out var attributes) ? [.. attributes.Select(NameOfAttribute)] : []);

    internal static string NameOf(PathManagerCommand command) => command switch
    {
        PathManagerCommand.AddAddress => "add-addr",
        PathManagerCommand.DeleteAddress => "del-addr",
        PathManagerCommand.GetAddress => "get-addr",
        PathManagerCommand.FlushAddresses => "flush-addrs",
        PathManagerCommand.SetLimits => "set-limits",
        PathManagerCommand.GetLimits => "get-limits",
        PathManagerCommand.SetFlags => "set-flags",
        PathManagerCommand.Announce => "announce",
        PathManagerCommand.Remove => "remove",
        PathManagerCommand.SubflowCreate => "subflow-create",
        PathManagerCommand.SubflowDestroy => "subflow-destroy",
        _ => ((int)command).ToString(CultureInfo.InvariantCulture),
    };

    private static string NameOfAttribute(ushort attribute) => attribute switch
    {
        MPTCP_PM_ATTR_ADDR => "addr",
        MPTCP_PM_ATTR_RCV_ADD_ADDRS => "rcv-add-addrs",
        MPTCP_PM_ATTR_SUBFLOWS => "subflows",
        MPTCP_PM_ATTR_TOKEN => "token",
        MPTCP_PM_ATTR_LOC_ID => "loc-id",
        MPTCP_PM_ATTR_ADDR_REMOTE => "addr-remote",
        _ => attribute.ToString(CultureInfo.InvariantCulture),
    };
}
