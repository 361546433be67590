using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <content>What is announced.</content>
internal sealed partial class PathPlanner
{
    private void PlanAnnouncements()
    {
        var wanted = new List<IPEndPoint>();
        foreach (var announcement in _policy.Announce)
        {
            if (announcement.Address is { } literal)
                PlanAnnouncement(announcement, literal, _host.Find(announcement.Inside ?? literal), wanted);
            else
                foreach (var from in _host.All)
                {
                    if (NamePatterns.Any(announcement.Interfaces, from.InterfaceName) && from.IsAllowedBy(_policy) && !IsKnownToPeer(from, announcement))
                        PlanAnnouncement(announcement, from.Address, from, wanted);
                }
        }

        foreach (var announced in _connection.LocalAddresses)
        {
            if (announced.Address is { } address && !wanted.Contains(address))
                PlanUnwanted(announced, address);
        }
    }

    // The peer has the address that the connection began with.
    private bool IsKnownToPeer(HostPath from, Announcement announcement)
        => _connection.Local is { } local && from.Address.Equals(local.Address)
        && (announcement.Port == 0 || (_connection.ServerSide && announcement.Port == local.Port));

    private void PlanAnnouncement(Announcement announcement, IPAddress address, HostPath? from, List<IPEndPoint> wanted)
    {
        var place = new IPEndPoint(address, announcement.Port);
        if (wanted.Contains(place))
            return;
        var record = _memory.FindAnnouncement(place);
        var there = _connection.LocalAddresses.FirstOrDefault(announced => place.Equals(announced.Address));
        // One that works for a while only would be announced and withdrawn again and again.
        if (from is { Carries: false } && there is null)
        {
            _notes?.Announcement(place, 0, wanted: true, PathStepKind.None, PathWords.Describe(from), null);
            return;
        }

        wanted.Add(place);
        if (there is not null)
            PlanListener(announcement, address, place, there, record);
        else if (record is { EndedByHand: true })
            _notes?.Announcement(place, 0, wanted: true, PathStepKind.None, "somebody has withdrawn it by hand", record);
        else if (IsWaiting(record, from, out var reason))
            _notes?.Announcement(place, 0, wanted: true, PathStepKind.None, reason, record);
        else
        {
            _steps.Add(PathStep.Announce(place, ListenPlace(announcement, address)));
            _notes?.Announcement(place, 0, wanted: true, PathStepKind.Announce, "", record);
        }
    }

    // A daemon before this one may have announced it, whose listeners ended with it.
    private void PlanListener(Announcement announcement, IPAddress address, IPEndPoint place, AnnouncedAddress there, PathRecord? record)
    {
        var reason = "";
        var step = PathStepKind.None;
        if (record is not { Listens: true } && ListenPlace(announcement, address) is { } listenAt && !IsWaiting(record, _host.Find(address), out reason))
        {
            step = PathStepKind.Listen;
            _steps.Add(PathStep.Listen(place, there.Id, listenAt));
        }

        _notes?.Announcement(place, there.Id, wanted: true, step, reason, record);
    }

    private IPEndPoint? ListenPlace(Announcement announcement, IPAddress address)
    {
        if (!announcement.Listen)
            return null;
        var inside = announcement.Inside ?? address;
        // Nobody can listen at an address that this host does not have.
        if (_host.Find(inside) is null)
            return null;
        var port = announcement.InsidePort != 0 ? announcement.InsidePort : announcement.Port != 0 ? announcement.Port : _connection.Local?.Port ?? 0;
        return port == 0 ? null : new IPEndPoint(inside, port);
    }

    private void PlanUnwanted(AnnouncedAddress announced, IPEndPoint address)
    {
        var record = _memory.FindAnnouncement(address);
        var (step, reason) = (PathStepKind.Withdraw, _host.HasLost(address.Address) ? "this host has lost the address" : "the policy does not want it");
        if (record is { MadeByHand: true } || (record is null && !_memory.HostIsPolicy))
            (step, reason) = (PathStepKind.None, "the policy did not announce it, and leaves it");
        else if (!_connection.Subflows.Any(subflow => subflow.LocalId != announced.Id && Carries(subflow)) && _connection.Subflows.Any(Carries))
            (step, reason) = (PathStepKind.None, "it is withdrawn when a subflow that does not run from it carries data");
        if (step == PathStepKind.Withdraw && !IsWithdrawn(announced.Id))
            _steps.Add(PathStep.Withdraw(announced.Id, address));
        _notes?.Announcement(address, announced.Id, wanted: false, step, reason, record);
    }

    private IPEndPoint? AnnouncedAs(byte id) => _connection.LocalAddresses.FirstOrDefault(announced => announced.Id == id)?.Address;
}
