using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>Requests as chance makes them. All have bookmarks, without which nobody can say that a watcher has caught up.</summary>
internal static class WatchRequests
{
    private static readonly string[] Cgroups = ["/", "/a", "/a/", "/a/b"];

    public static WatchRequest Any(Random chance)
    {
        var request = new WatchRequest { Batch = new BatchOptions { MaxEvents = Of<uint>(chance, 0, 0, 1, 2, 3, 7, 10_000) } };
        if (chance.Next(3) > 0)
            request.BookmarkInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(chance.Next(100, 3000)));
        if (request.BookmarkInterval is null || chance.Next(2) == 0)
            request.BookmarkIdle = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(chance.Next(10, 1000)));
        if (chance.Next(2) == 0)
            request.Batch.MaxDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(chance.Next(1, 1001)));
        for (var i = chance.Next(3); i > 0; i--)
            request.Allow.Add(Filter(chance, AllTypes));
        for (var i = chance.Next(2); i > 0; i--)
            request.Deny.Add(Filter(chance, [EventType.ListenerCreated, EventType.NamespaceAdded]));
        if (chance.Next(4) == 0)
            request.EventMask = new FieldMask { Paths = { Event.Descriptor.Fields.InFieldNumberOrder().Select(field => field.Name) } };
        return request;
    }

    private static IEnumerable<EventType> AllTypes => System.Enum.GetValues<EventType>().Where(type => type != EventType.Unspecified);

    private static EventFilter Filter(Random chance, IEnumerable<EventType> types)
    {
        var filter = new EventFilter();
        for (var i = chance.Next(1, 3); i > 0; i--)
            Narrow(filter, chance);
        if (chance.Next(4) == 0)
            filter.Types_.Add(types);
        return filter;
    }

    private static void Narrow(EventFilter filter, Random chance)
    {
        var token = (uint)chance.Next(1, SimulatedNamespace.Tokens + 1);
        switch (chance.Next(11))
        {
            case 0: filter.Namespaces.Add(Of(chance, "self", "blue")); break;
            case 1: filter.Tokens.Add([token, (token % SimulatedNamespace.Tokens) + 1]); break;
            case 2: filter.ConnectionIds.Add([(token * 10) + (ulong)chance.Next(1, 3), 21]); break;
            case 3: filter.LocalPorts.Add(new PortRange { First = 40000 + token, Last = Of<uint>(chance, 0, 40001 + token) }); break;
            case 4: filter.RemotePorts.Add(new PortRange { First = 443 + (token % 2) }); break;
            case 5: filter.LocalPrefixes.Add(Of(chance, "198.18.1.0/24", "0.0.0.0/8", "2001:db8::/32")); break;
            case 6: filter.RemotePrefixes.Add(Of(chance, "198.18.0.0/15", "192.0.2.0/24")); break;
            case 7: filter.ServerSide = chance.Next(2) == 0; break;
            case 8: filter.Uids.Add((uint)chance.Next(1000, 1002)); break;
            case 9: filter.Cgroups.Add(Of(chance, Cgroups)); break;
            case 10: filter.Commands.Add(Of(chance, "curl", "ssh")); break;
        }
    }

    private static T Of<T>(Random chance, params T[] values) => values[chance.Next(values.Length)];
}
