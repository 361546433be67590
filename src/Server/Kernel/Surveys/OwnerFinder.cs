using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Processes;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>Finds out whose connections are, and which path manager decides about them.</summary>
/// <param name="cgroups">The paths of cgroups.</param>
internal sealed class OwnerFinder(Cgroups cgroups)
{
    /// <summary>Whether something is not known of a connection that may be found out.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="inode">The inode of its socket now; 0 when nobody has accepted it yet.</param>
    public static bool IsIncomplete(Connection connection, uint inode)
        => (connection.PathManager is null && connection.State != ConnectionState.Fallback)
        || (connection.Owner is null or { ProcessId: 0 } && inode != connection.SoughtInode)
        // Its process is known and something else had to wait. The socket of a connection that was closed has no inode any more.
        || (connection is { Owner: not null, SoughtInode: 0 } && inode != 0);

    /// <summary>Finds the owners of connections, in one pass over the host's processes.</summary>
    /// <param name="connections">The connections.</param>
    /// <param name="pathManager">The path managers of their namespace.</param>
    /// <returns>What was found out of each; the process and the cgroup stay unknown where they cannot be seen.</returns>
    public List<Identified> Find(
        IReadOnlyCollection<Unidentified> connections, PathManager pathManager)
    {
        var holders = ProcessSockets.Find(connections.Select(one => one.Inode));
        // Connections of one process share what is known of it.
        var owners = new Dictionary<ConnectionOwner, ConnectionOwner>();
        var found = new List<Identified>(connections.Count);
        foreach (var (connection, inode, cgroupId) in connections)
        {
            var cgroup = cgroupId is { } id ? cgroups.FindPath(id) : new CgroupAnswer(Known: true, Path: null);
            var holder = holders.GetValueOrDefault(inode);
            var owner = new ConnectionOwner(connection.Owner?.UserId ?? 0, cgroup.Path ?? "", holder?.ProcessId ?? 0, holder?.Command ?? "");
            if (!owners.TryAdd(owner, owner))
                owner = owners[owner];
            found.Add(new Identified(
                connection, cgroup.Known ? inode : 0, owner, connection.PathManager ?? AskPathManager(connection, pathManager)));
        }

        return found;
    }

    private static PathManagerType? AskPathManager(Connection connection, PathManager pathManager)
    {
        if (connection.State == ConnectionState.Fallback)
            return null;
        return pathManager.FindLocalAddresses(connection.Token) is null ? PathManagerType.Kernel : PathManagerType.Userspace;
    }
}
