using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services.Filters;

/// <summary>What a filter asks of who has a connection: those lists that are given must each have an entry that matches.</summary>
internal sealed class OwnerFilter
{
    /// <summary>Asks nothing.</summary>
    public static OwnerFilter None { get; } = new();

    public IReadOnlySet<uint> UserIds { get; init; } = new HashSet<uint>();

    /// <summary>Absolute paths without a slash at the end; the root's is empty.</summary>
    public IReadOnlyList<string> Cgroups { get; init; } = [];

    public IReadOnlySet<string> Commands { get; init; } = new HashSet<string>();

    public bool AsksNothing => UserIds.Count + Cgroups.Count + Commands.Count == 0;

    /// <summary>Whether an owner matches; null is one that is not known.</summary>
    public bool Matches(ConnectionOwner? owner)
        => (UserIds.Count == 0 || (owner is not null && UserIds.Contains(owner.UserId)))
        && (Commands.Count == 0 || (owner is not null && Commands.Contains(owner.Command)))
        && (Cgroups.Count == 0 || (owner is not null && Cgroups.Any(cgroup => IsBelow(owner.Cgroup, cgroup))));

    // The root's own path is "/"; of a cgroup that cannot be seen it is empty.
    private static bool IsBelow(string path, string cgroup)
        => path.StartsWith(cgroup, StringComparison.Ordinal) && (path.Length == cgroup.Length ? path.Length > 0 : path[cgroup.Length] == '/');
}
