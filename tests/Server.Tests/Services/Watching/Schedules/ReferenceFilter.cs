using System.Net;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State.Events;
using Connection = Mptcp.Control.V1.Connection;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>What a request selects, written from the contract alone and with no thought of speed.</summary>
internal sealed class ReferenceFilter(WatchRequest request)
{
    public override string ToString() => request.ToString();

    /// <summary>Whether a connection belongs to what the watcher knows.</summary>
    public bool Selects(Connection connection)
        => (request.Allow.Count == 0 || request.Allow.Any(filter => Matches(filter, connection.Namespace, connection.Token, connection)))
        && !request.Deny.Any(filter => filter.Types_.Count == 0 && Matches(filter, connection.Namespace, connection.Token, connection));

    /// <summary>Whether an event is to be delivered.</summary>
    /// <param name="told">The event.</param>
    /// <param name="before">Its connection as it was before.</param>
    public bool Selects(StateEvent told, Server.State.Connection? before)
    {
        if (told.Type == StateEventType.KernelLoss)
        {
            return (request.Allow.Count == 0 || request.Allow.Any(filter => MatchesAny(filter.Namespaces, told.Namespace)))
                && !request.Deny.Any(filter =>
                    filter.Types_.Count == 0 && !AsksOfConnections(filter) && MatchesAny(filter.Namespaces, told.Namespace));
        }

        var type = EventMapping.ToProto(told).Type;
        var connection = told.Connection is null ? null : ConnectionMapping.ToProto(told.Connection);
        if (Selects(type, told, connection))
            return true;
        var tellsOfChange = type is EventType.ConnectionUpdated or EventType.ConnectionCreated or EventType.ConnectionEstablished;
        return tellsOfChange && before is not null && Selects(type, told, ConnectionMapping.ToProto(before));
    }

    private bool Selects(EventType type, StateEvent told, Connection? connection)
        => (request.Allow.Count == 0 || request.Allow.Any(filter => Matches(filter, type, told, connection)))
        && !request.Deny.Any(filter => !(told.Type.IsAboutNamespace() && AsksOfConnections(filter)) && Matches(filter, type, told, connection));

    private static bool AsksOfConnections(EventFilter filter)
        => filter.HasServerSide || !filter.Equals(new EventFilter { Namespaces = { filter.Namespaces }, Types_ = { filter.Types_ } });

    private static bool Matches(EventFilter filter, EventType type, StateEvent told, Connection? connection)
        => MatchesAny(filter.Types_, type)
        && (told.Type.IsAboutDecisions() ? filter.Types_.Count > 0 || filter.Equals(new EventFilter())
            : told.Type.IsAboutNamespace() ? MatchesAny(filter.Namespaces, told.Namespace) : Matches(filter, told.Namespace, told.Token, connection));

    private static bool Matches(EventFilter filter, string name, uint token, Connection? connection)
        => MatchesAny(filter.Namespaces, name)
        && MatchesAny(filter.Tokens, token)
        && Matches(filter.ConnectionIds, id => connection?.Id == id)
        && Matches(filter.LocalPorts, range => IsIn(range, connection?.Local))
        && Matches(filter.RemotePorts, range => IsIn(range, connection?.Remote))
        && Matches(filter.LocalPrefixes, prefix => IsIn(prefix, connection?.Local))
        && Matches(filter.RemotePrefixes, prefix => IsIn(prefix, connection?.Remote))
        && (!filter.HasServerSide || (connection is not null && connection.ServerSide == filter.ServerSide))
        && Matches(filter.Uids, uid => connection?.Owner?.Uid == uid)
        && Matches(filter.Commands, command => connection?.Owner?.Command == command)
        && Matches(filter.Cgroups, cgroup => connection?.Owner?.Cgroup is { } has && IsBelow(has, cgroup));

    private static bool MatchesAny<T>(IEnumerable<T> wanted, T value) => Matches(wanted, one => Equals(one, value));

    private static bool Matches<T>(IEnumerable<T> wanted, Func<T, bool> matches) => !wanted.Any() || wanted.Any(matches);

    private static bool IsIn(PortRange range, SocketAddress? end)
        => end is { Address.Length: > 0 } && end.Port >= range.First && end.Port <= (range.Last == 0 ? range.First : range.Last);

    private static bool IsIn(string prefix, SocketAddress? end) => end is { Address.Length: > 0 } && IPNetwork.Parse(prefix).Contains(IPAddress.Parse(end.Address));

    // Each name of the path must be one of the cgroup's.
    private static bool IsBelow(string path, string cgroup)
    {
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var wanted = cgroup.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.Length > 0 && names.Take(wanted.Length).SequenceEqual(wanted);
    }
}
