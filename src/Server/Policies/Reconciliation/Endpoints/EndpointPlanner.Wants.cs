using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <content>What a policy wants.</content>
internal sealed partial class EndpointPlanner
{
    /// <summary>The endpoints that the policy wants, those first that matter most.</summary>
    private List<EndpointWant> FindWants(PathPolicy policy)
    {
        var wants = new Dictionary<IPEndPoint, EndpointWant>();
        foreach (var from in _host.All.Where(from => from.IsAllowedBy(policy)))
        {
            var flags = SubflowFlags(policy, from);
            if (policy.Backup?.IsBackup(from.InterfaceName) == true)
                flags |= EndpointFlags.Backup;
            if (flags != EndpointFlags.None)
                wants[new IPEndPoint(from.Address, 0)] = NewWant(policy, new IPEndPoint(from.Address, 0), flags, from);
        }

        foreach (var announcement in policy.Announce)
        {
            if (announcement.Address is { } literal)
                WantAnnounced(policy, new IPEndPoint(literal, announcement.Port), _host.Find(literal), wants);
            else
                foreach (var from in _host.All)
                {
                    if (NamePatterns.Any(announcement.Interfaces, from.InterfaceName) && from.IsAllowedBy(policy))
                        WantAnnounced(policy, new IPEndPoint(from.Address, announcement.Port), from, wants);
                }
        }

        return [.. wants.Values.OrderBy(want => want.Rank)];
    }

    private EndpointFlags SubflowFlags(PathPolicy policy, HostPath from) => policy.Strategy switch
    {
        PathStrategy.FullMesh => EndpointFlags.Subflow | EndpointFlags.FullMesh,
        PathStrategy.PerInterface when from == BestOf(policy, from) => EndpointFlags.Subflow,
        _ => EndpointFlags.None,
    };

    /// <summary>The address that stands for its interface: of each family one, as a connection takes those of its own family.</summary>
    private HostPath BestOf(PathPolicy policy, HostPath from) => _host.All
        .Where(other => other.InterfaceIndex == from.InterfaceIndex && other.Address.AddressFamily == from.Address.AddressFamily && other.IsAllowedBy(policy))
        .OrderByDescending(other => other.IsUsable)
        .ThenByDescending(other => FindAt(new IPEndPoint(other.Address, 0)) is { } there && there.Flags.HasFlag(EndpointFlags.Subflow))
        .First();

    private static void WantAnnounced(PathPolicy policy, IPEndPoint place, HostPath? from, Dictionary<IPEndPoint, EndpointWant> wants)
    {
        var before = wants.TryGetValue(place, out var want) ? want.Flags
            : from is not null && policy.Backup?.IsBackup(from.InterfaceName) == true ? EndpointFlags.Backup
            : EndpointFlags.None;
        wants[place] = NewWant(policy, place, (before | EndpointFlags.Signal) & ~EndpointFlags.FullMesh, from) with
        {
            LacksFullMesh = before.HasFlag(EndpointFlags.FullMesh) || want?.LacksFullMesh == true,
        };
    }

    private static EndpointWant NewWant(PathPolicy policy, IPEndPoint place, EndpointFlags flags, HostPath? from) => new(place, flags, from)
    {
        InterfaceIndex = policy.BindInterface && flags.HasFlag(EndpointFlags.Subflow) ? from!.InterfaceIndex : 0,
    };

    /// <summary>The limits that the policy wants, as far as this kernel takes them.</summary>
    private EndpointLimits FindLimits(PathPolicy policy)
    {
        var subflows = Math.Min((uint)policy.MaxSubflows, _memory.HighestLimit ?? uint.MaxValue);
        var accepts = policy.Strategy != PathStrategy.None && policy.Remotes.HasFlag(RemoteChoice.Announced);
        return new EndpointLimits(subflows, accepts ? subflows : 0);
    }

    /// <summary>Why a wanted endpoint cannot be made now; empty where it can.</summary>
    private string ObstacleTo(EndpointWant want)
    {
        if (want.From is { IsUsable: false } from)
            return PathWords.Describe(from);
        if (want.Place.Port != 0 && !_host.Has(want.Place.Address))
            return "this host does not have the address, and the kernel listens where a port is announced";
        return IsWaiting(_memory.Find(want.Place), want.From?.Generation ?? 0, out var reason) ? reason : "";
    }

}
