using System.Net;

namespace Mptcp.Native.Tests.Diagnostics.Filters;

/// <summary>What the kernel's filters look at. Addresses are the kernel's: IPv4-mapped ones are IPv6.</summary>
internal sealed record FilteredSocket(IPEndPoint Local, IPEndPoint Remote, int Interface, uint Mark, ulong Cgroup, bool AutomaticPort);
