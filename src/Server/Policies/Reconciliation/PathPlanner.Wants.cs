using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <content>What the strategies want.</content>
internal sealed partial class PathPlanner
{
    /// <summary>Finds what is wanted, the most important first: paths that are not for backup, and to the address that the connection began with.</summary>
    private List<PathWant> FindWants()
    {
        var wants = new List<PathWant>();
        if (Strategy == PathStrategy.None)
            return wants;
        var remotes = FindRemotes();
        if (Strategy == PathStrategy.Ndiffports)
        {
            AddNdiffports(wants, remotes);
            return wants;
        }

        AddWants(wants, remotes, standby: false);
        if (_policy.Backup is not null)
            AddWants(wants, remotes, standby: true);
        return wants;
    }

    private void AddWants(List<PathWant> wants, List<IPEndPoint> remotes, bool standby)
    {
        if (Strategy == PathStrategy.PerInterface)
        {
            AddPerInterface(wants, remotes, standby);
            return;
        }

        foreach (var remote in remotes)
        {
            foreach (var from in _host.All)
            {
                if (IsCandidate(from, remote) && IsStandby(from) == standby)
                    wants.Add(new PathWant([(from, new PathKey(from.Address, remote))], 1) { Standby = standby });
            }
        }
    }

    private void AddPerInterface(List<PathWant> wants, List<IPEndPoint> remotes, bool standby)
    {
        foreach (var index in _host.All.Select(from => from.InterfaceIndex).Distinct())
        {
            // What can be used now is better than what may be later, and where the connection began better than what was announced.
            var candidates = remotes
                .SelectMany(remote => _host.All
                    .Where(from => from.InterfaceIndex == index && IsCandidate(from, remote) && IsStandby(from) == standby)
                    .Select(from => (From: from, Key: new PathKey(from.Address, remote))))
                .OrderByDescending(candidate => candidate.From.IsUsable)
                .ToList();
            if (candidates.Count > 0)
                wants.Add(new PathWant(candidates, 1) { AnyOn = index, Standby = standby });
        }
    }

    private void AddNdiffports(List<PathWant> wants, List<IPEndPoint> remotes)
    {
        if (_connection is not { Local: { } local, Remote: { } remote } || !remotes.Contains(remote)
            || _host.Find(local.Address) is not { } from || !from.IsAllowedBy(_policy))
        {
            return;
        }

        wants.Add(new PathWant([(from, new PathKey(from.Address, remote))], _policy.Ndiffports + 1) { Standby = IsStandby(from) });
    }

    private bool IsCandidate(HostPath from, IPEndPoint remote)
        => from.Address.AddressFamily == remote.AddressFamily && from.IsAllowedBy(_policy)
        && !(_memory.IsIPv4Only && remote.AddressFamily == AddressFamily.InterNetworkV6);

    private bool IsStandby(HostPath from) => _policy.Backup?.IsBackup(from.InterfaceName) == true;

    private bool IsStandby(Subflow subflow) => _host.Find(subflow.Local.Address) is { } from && IsStandby(from);

    /// <summary>Finds where subflows may go to, the address that the connection began with first.</summary>
    private List<IPEndPoint> FindRemotes()
    {
        var remotes = new List<IPEndPoint>();
        // Nobody listens at the port that a client's connection came from.
        var initial = _connection.Remote;
        if (initial is not null && !_connection.ServerSide && _policy.Remotes.HasFlag(RemoteChoice.Initial)
            && _policy.AllowId0 && !_connection.DenyJoinInitialAddress)
        {
            remotes.Add(initial);
        }

        if (!_policy.Remotes.HasFlag(RemoteChoice.Announced))
            return remotes;
        foreach (var announced in _connection.RemoteAddresses)
        {
            if (announced.Address is { } address)
                AddRemote(remotes, address);
        }

        // A daemon that was started again has not heard what was announced before; the subflows that this host made show it.
        foreach (var subflow in _connection.Subflows)
        {
            if (subflow is { Initial: false, RemoteId: not 0, State: SubflowState.Established } && !IsIncoming(subflow))
                AddRemote(remotes, subflow.Remote);
        }

        return remotes;
    }

    private void AddRemote(List<IPEndPoint> remotes, IPEndPoint remote)
    {
        if (!remote.Equals(_connection.Remote) && !(_connection.ServerSide && remote.Port == _connection.Remote?.Port) && !remotes.Contains(remote))
            remotes.Add(remote);
    }
}
