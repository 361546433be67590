namespace Mptcp.Native.Routing;

/// <summary>A network interface is new, or something of it has changed; it may be told though nothing has.</summary>
/// <param name="Link">The interface as it is now.</param>
public sealed record LinkChanged(NetworkLink Link) : RouteEvent;
