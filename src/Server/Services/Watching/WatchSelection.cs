using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>What a watcher's filters, those that allow and those that deny, select together.</summary>
internal static class WatchSelection
{
    /// <summary>Whether an event is wanted, of its connection as it is or as it was before.</summary>
    public static bool Wants(this WatchOptions options, StateEvent told)
        => options.Wants(told, told.Connection) || (told.Previous is { } previous && options.Wants(told, previous));

    /// <summary>Whether a connection in a snapshot is wanted. A deny filter that names types says which events are unwanted, not which connections.</summary>
    public static bool Wants(this WatchOptions options, Connection connection)
        => (options.Allow.Count == 0 || options.Allow.Any(filter => filter.Matches(connection)))
        && !options.Deny.Any(filter => filter.Types is null && filter.Matches(connection));

    /// <summary>Whether the interfaces of a namespace are wanted. Which events of theirs are unwanted does not matter for that.</summary>
    public static bool WantsInterfaces(this WatchOptions options, string namespaceName)
        => (options.Allow.Count == 0 || options.Allow.Any(filter => filter.MatchesInterfaces(namespaceName)))
        && !options.Deny.Any(filter => filter.Types is null && filter.MatchesInterfaces(namespaceName));

    /// <summary>Whether an entry says that the kernel dropped something of interest.</summary>
    public static bool IsLoss(this WatchOptions options, StateEvent told) => told.Type switch
    {
        StateEventType.KernelLoss => options.WantsConnections(told.Namespace),
        StateEventType.InterfaceLoss => options.WantsInterfaces(told.Namespace),
        _ => false,
    };

    private static bool Wants(this WatchOptions options, StateEvent told, Connection? connection)
        => (options.Allow.Count == 0 || options.Allow.Any(filter => filter.Matches(told, connection)))
        && !options.Deny.Any(filter => filter.Denies(told, connection));

    private static bool WantsConnections(this WatchOptions options, string namespaceName)
        => (options.Allow.Count == 0 || options.Allow.Any(filter => filter.MatchesConnections(namespaceName)))
        && !options.Deny.Any(filter => filter.IsOfWholeNamespace(namespaceName));
}
