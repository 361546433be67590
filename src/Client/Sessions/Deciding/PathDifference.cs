using System.Net;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>What is to be done to give a connection the paths that it shall have.</summary>
static class PathDifference
{
    public static IEnumerable<PathCommand> Between(Connection connection, IEnumerable<WantedPath> paths)
    {
        // A subflow whose addresses are not known is nobody's path, and cannot be named to be ended either.
        var live = connection.Subflows
            .Where(subflow => !subflow.Initial && IsLive(subflow) && KeyOf(subflow) is not null)
            .ToLookup(subflow => KeyOf(subflow)!.Value);
        var wanted = new HashSet<Key>();
        var creates = new List<PathCommand>();
        var changes = new List<PathCommand>();
        var ends = new List<PathCommand>();
        foreach (var path in paths)
        {
            var key = KeyOf(path);
            if (!wanted.Add(key))
                continue;
            if (!live.Contains(key))
            {
                creates.Add(PathActions.CreateSubflow(path.Local, path.Remote, path.Backup, path.Interface));
                continue;
            }

            // Of several the one that carries data stays.
            var kept = live[key].FirstOrDefault(subflow => subflow.State == SubflowState.Established) ?? live[key].First();
            if (kept.LocalBackup != path.Backup && CanBeNamed(kept))
                changes.Add(PathActions.SetBackup(kept, path.Backup));
            ends.AddRange(live[key].Where(subflow => subflow != kept && MayBeEnded(subflow)).Select(PathActions.DestroySubflow));
        }

        ends.AddRange(live.Where(same => !wanted.Contains(same.Key)).SelectMany(same => same)
            .Where(MayBeEnded)
            .Select(PathActions.DestroySubflow));

        // What ends comes last, so that the connection never has fewer paths than before and after.
        return creates.Concat(changes).Concat(ends);
    }

    static bool IsLive(Subflow subflow) =>
        subflow.State is SubflowState.Requested or SubflowState.Connecting or SubflowState.Established;

    static bool CanBeNamed(Subflow subflow) =>
        subflow is { State: SubflowState.Established, Local.Port: not 0, Remote.Port: not 0 };

    static bool MayBeEnded(Subflow subflow) =>
        CanBeNamed(subflow) && subflow.Maker is SubflowMaker.Policy or SubflowMaker.Controller or SubflowMaker.Host;

    static Key? KeyOf(Subflow subflow) =>
        subflow is { Local: not null, Remote: not null }
        && SocketAddresses.Read(subflow.Local.Address) is { } local
        && SocketAddresses.Read(subflow.Remote.Address) is { } remote
            ? new Key(local, remote, subflow.Remote.Port)
            : null;

    static Key KeyOf(WantedPath path) => path.Remote.Port == 0
        ? throw new ArgumentException($"the path from {path.Local} to {path.Remote.Address} has no remote port", nameof(path))
        : new Key(SocketAddresses.Plain(path.Local), SocketAddresses.Plain(path.Remote.Address), (uint)path.Remote.Port);

    readonly record struct Key(IPAddress Local, IPAddress Remote, uint RemotePort);
}
