using System.Net;

namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>The address of an end is in a network.</summary>
internal sealed record AddressFilter(SocketEnd End, IPNetwork Network) : SocketFilter(depth: 1);
