using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Filters;

namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>Whatever a filter selects when it is read: subflows with their connections, or connections with their subflows.</summary>
/// <param name="diagnostics">The sockets of the namespace.</param>
/// <param name="filter">What must hold of the sockets.</param>
/// <param name="ofConnections">Whether it is to hold of MPTCP sockets; else of subflows.</param>
internal sealed class FilterSource(SocketDiagnostics diagnostics, SocketFilter filter, bool ofConnections) : SampleSource
{
    // Looking up a socket takes as long as listing a few.
    private const int MostLookUps = 64;

    public override IReadOnlyList<ConnectionSockets> Read() => ofConnections ? ReadConnections() : ReadSubflows();

    private List<ConnectionSockets> ReadConnections()
    {
        var connections = List(filter);
        if (connections.Count == 0)
            return [];
        var tokens = connections.Select(Token).ToHashSet();
        return Join(connections, Subflows.List(diagnostics, filter: null, socket => MayBeOf(tokens, socket.Subflow!.LocalToken)));
    }

    private List<ConnectionSockets> ReadSubflows()
    {
        var subflows = Subflows.List(diagnostics, filter, _ => true);
        var tokens = subflows.Select(socket => socket.Subflow!.LocalToken).ToHashSet();
        // A subflow without a token may be of any connection.
        var connections = tokens.Count > MostLookUps || tokens.Contains(0)
            ? List(filter: null)
            : [.. tokens.Select(token => diagnostics.FindConnection(token, ConnectionSockets.Extensions)).OfType<MptcpSocket>().Where(Lives)];
        return [.. Join(connections, subflows).Where(connection => connection.Subflows.Count > 0)];
    }

    private List<MptcpSocket> List(SocketFilter? filter) =>
    [
        .. diagnostics
            .ListMptcpSockets(new SocketQuery { Extensions = ConnectionSockets.Extensions, Filter = filter })
            .Where(Lives)
            .DistinctBy(Token),
    ];

    private static List<ConnectionSockets> Join(List<MptcpSocket> connections, List<TcpSocket> subflows)
    {
        var byToken = subflows.ToLookup(socket => socket.Subflow!.LocalToken);
        return
        [
            .. connections.Select(connection => new ConnectionSockets(
                Token(connection),
                connection,
                [.. byToken[Token(connection)], .. byToken[0].Where(socket => Subflows.IsOf(connection, Token(connection), socket))])),
        ];
    }

    private static bool MayBeOf(HashSet<uint> tokens, uint token) => token == 0 || tokens.Contains(token);

    // A token of 0 is of none: a socket that is just being made, or taken apart.
    private static bool Lives(MptcpSocket socket) => !socket.IsEnding && Token(socket) != 0;

    private static uint Token(MptcpSocket socket) => socket.Info?.Token ?? 0;
}
