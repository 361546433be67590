using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// What to bid. A session that must not take a role from its primary needs an id below the highest, so automatic bids begin high enough
/// to leave room for standbys. Two that want to be primary at once bid the same, and the daemon takes one of them.
/// </summary>
sealed class Election(ControlPlaneClient client, PathControllerOptions options)
{
    /// <summary>The first id that is bid for a role by itself.</summary>
    public const ulong First = 1000;

    // How long a standby waits, half of it at least, for a primary whose id leaves no room below.
    static readonly TimeSpan NoRoomDelay = TimeSpan.FromSeconds(1);

    /// <summary>True when bids are left to the library.</summary>
    public bool IsAutomatic => options.ElectionId is null;

    /// <summary>The id that makes its bidder primary, where the highest so far is this.</summary>
    public static ulong Above(ulong highest) => highest == ulong.MaxValue ? highest : Math.Max(highest + 1, First);

    /// <summary>What to open a session with.</summary>
    public async Task<ulong> ChooseAsync(CancellationToken cancellationToken)
    {
        if (options.ElectionId is { } id)
            return id;
        while (true)
        {
            var role = await LookAsync(cancellationToken);
            if (!role.Sessions.Any(session => session.Primary))
                return Above(role.HighestElectionId);
            if (FreeBelow(role) is { } free)
                return free;
            await Task.Delay(NoRoomDelay * (1 + options.Draw()) / 2, options.Time, cancellationToken);
        }
    }

    // What the daemon will not show it may still take a bid for.
    async Task<RoleSessions> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var request = new ListSessionsRequest { Role = options.Role };
            var roles = await client.Sessions.ListSessionsAsync(request, cancellationToken: cancellationToken);
            return roles.Roles.FirstOrDefault(role => role.Role?.Name == options.Role) ?? new RoleSessions();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.PermissionDenied or StatusCode.Unimplemented)
        {
            return new RoleSessions();
        }
    }

    // By lot, so that standbys that come at once seldom choose the same.
    ulong? FreeBelow(RoleSessions role)
    {
        if (role.HighestElectionId < 2)
            return null;
        var used = role.Sessions.Select(session => session.ElectionId).ToHashSet();
        var count = role.HighestElectionId - 1;
        var start = (ulong)(count * options.Draw());
        for (ulong step = 0; step < Math.Min(count, (ulong)used.Count + 1); step++)
        {
            var id = 1 + ((start + step) % count);
            if (!used.Contains(id))
                return id;
        }

        return null;
    }
}
