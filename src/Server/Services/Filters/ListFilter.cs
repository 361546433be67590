using System.Net;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services.Filters;

/// <summary>The filter of a list of connections, compiled: a connection matches when every list that is given has an entry for it.</summary>
internal sealed class ListFilter
{
    /// <summary>Matches every connection.</summary>
    public static ListFilter None { get; } = new();

    public IReadOnlySet<uint> Tokens { get; init; } = new HashSet<uint>();

    public IReadOnlySet<ulong> ConnectionIds { get; init; } = new HashSet<ulong>();

    public IReadOnlySet<ConnectionState> States { get; init; } = new HashSet<ConnectionState>();

    public EndFilter Local { get; init; } = EndFilter.None;

    public EndFilter Remote { get; init; } = EndFilter.None;

    public bool? ServerSide { get; init; }

    public OwnerFilter Owner { get; init; } = OwnerFilter.None;

    public bool Matches(Connection connection)
        => (Tokens.Count == 0 || Tokens.Contains(connection.Token))
        && (ConnectionIds.Count == 0 || ConnectionIds.Contains(connection.Id))
        && (States.Count == 0 || States.Contains(connection.State))
        && (ServerSide is not { } side || connection.ServerSide == side)
        && Owner.Matches(connection.Owner)
        && (Local == EndFilter.None || Local.MatchesAny(Ends(connection, connection.Local, subflow => subflow.Local)))
        && (Remote == EndFilter.None || Remote.MatchesAny(Ends(connection, connection.Remote, subflow => subflow.Remote)));

    private static IPEndPoint?[] Ends(Connection connection, IPEndPoint? initial, Func<Subflow, IPEndPoint> end)
        => [initial, .. connection.ShownSubflows().Select(end)];
}
