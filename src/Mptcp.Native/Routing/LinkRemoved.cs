namespace Mptcp.Native.Routing;

/// <summary>A network interface is gone: deleted, or moved to another namespace.</summary>
/// <param name="Index">The index it had.</param>
/// <param name="Name">The name it had.</param>
public sealed record LinkRemoved(int Index, string Name) : RouteEvent;
