using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.Native.Diagnostics.Filters;
using Condition = Mptcp.Control.V1.SocketFilter.ConditionOneofCase;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sockets;

/// <summary>
/// Reads filters: first everything that is wrong with one is noted, which asks the kernel nothing; then one that is right is made into
/// the filter that it stands for.
/// </summary>
internal sealed class SocketFilterParsing(RequestViolations violations)
{
    /// <summary>How deep a filter may be nested. Protobuf ends at 100 messages, of which each list takes two.</summary>
    public const int MaximumDepth = 32;

    // A condition takes 4 bytes of the 64 KiB that the kernel can be sent, or more.
    private const int MaximumConditions = 16384;

    private int _conditions;

    /// <summary>Notes everything that is wrong with a filter.</summary>
    /// <param name="filter">The filter; null where none was given.</param>
    /// <param name="field">The path of the field.</param>
    public void Check(Proto.SocketFilter? filter, string field)
    {
        if (filter is null)
            return;
        Check(filter, field, depth: 1);
        if (_conditions > MaximumConditions)
            violations.Add(field, $"must have at most {MaximumConditions} conditions, and has {_conditions}");
    }

    /// <summary>Makes a filter that was found right.</summary>
    /// <exception cref="ControlPlaneException">NOT_FOUND: the namespace has no interface of a name in it.</exception>
    public static SocketFilter? Build(Proto.SocketFilter? filter, HostNamespace served) => filter is null ? null : Make(filter, served);

    private void Check(Proto.SocketFilter filter, string field, int depth)
    {
        if (depth > MaximumDepth)
        {
            violations.Add(field, $"must be nested at most {MaximumDepth} deep");
            return;
        }

        switch (filter.ConditionCase)
        {
            case Condition.All: Check(filter.All, $"{field}.all", depth); return;
            case Condition.Any: Check(filter.Any, $"{field}.any", depth); return;
            case Condition.Not: Check(filter.Not, $"{field}.not", depth + 1); return;
        }

        // What is too long anyhow is not worth looking at.
        if (++_conditions > MaximumConditions)
            return;
        switch (filter.ConditionCase)
        {
            case Condition.LocalPort: Check(filter.LocalPort, $"{field}.local_port"); break;
            case Condition.RemotePort: Check(filter.RemotePort, $"{field}.remote_port"); break;
            case Condition.LocalPrefix: PrefixParsing.Parse(filter.LocalPrefix, $"{field}.local_prefix", violations); break;
            case Condition.RemotePrefix: PrefixParsing.Parse(filter.RemotePrefix, $"{field}.remote_prefix", violations); break;
            case Condition.Mark: Check(filter.Mark, $"{field}.mark"); break;
            case Condition.None: violations.Add(field, "must have a condition that this daemon knows"); break;
        }
    }

    private void Check(Proto.SocketFilterList list, string field, int depth)
    {
        for (var i = 0; i < list.Filters.Count; i++)
            Check(list.Filters[i], $"{field}.filters[{i}]", depth + 1);
    }

    private void Check(Proto.PortRange range, string field)
    {
        if (range.First > ushort.MaxValue || range.Last > ushort.MaxValue)
            violations.Add(field, $"must be a range of ports up to {ushort.MaxValue}, and is {range.First} to {Last(range)}");
        else if (range.First > Last(range))
            violations.Add(field, $"must not end before it begins, and is {range.First} to {range.Last}");
    }

    private void Check(Proto.MarkFilter mark, string field)
    {
        if ((mark.Value & ~Mask(mark)) != 0)
            violations.Add($"{field}.value", $"must have no bit outside the mask 0x{Mask(mark):x}, and is 0x{mark.Value:x}");
    }

    private static SocketFilter Make(Proto.SocketFilter filter, HostNamespace served) => filter.ConditionCase switch
    {
        Condition.All => SocketFilter.All(filter.All.Filters.Select(one => Make(one, served))),
        Condition.Any => SocketFilter.Any(filter.Any.Filters.Select(one => Make(one, served))),
        Condition.Not => !Make(filter.Not, served),
        Condition.LocalPort => SocketFilter.LocalPort((ushort)filter.LocalPort.First, (ushort)Last(filter.LocalPort)),
        Condition.RemotePort => SocketFilter.RemotePort((ushort)filter.RemotePort.First, (ushort)Last(filter.RemotePort)),
        Condition.LocalPrefix => SocketFilter.LocalAddress(IPNetwork.Parse(filter.LocalPrefix)),
        Condition.RemotePrefix => SocketFilter.RemoteAddress(IPNetwork.Parse(filter.RemotePrefix)),
        Condition.Interface => SocketFilter.Interface(InterfaceIndex.Find(served, filter.Interface)),
        Condition.Mark => SocketFilter.Mark(filter.Mark.Value, Mask(filter.Mark)),
        Condition.CgroupId => SocketFilter.Cgroup(filter.CgroupId),
        Condition.AutomaticPort when filter.AutomaticPort => SocketFilter.AutomaticPort(),
        Condition.AutomaticPort => !SocketFilter.AutomaticPort(),
        _ => throw new ArgumentException("the filter was not checked", nameof(filter)),
    };

    private static uint Last(Proto.PortRange range) => range.Last == 0 ? range.First : range.Last;

    private static uint Mask(Proto.MarkFilter mark) => mark.HasMask ? mark.Mask : uint.MaxValue;
}
