using Mptcp.Native.Interop;

namespace Mptcp.Native.Netlink;

/// <summary>How a request to the kernel ended, for whoever counts them.</summary>
/// <param name="Operation">What was asked, for instance "subflow-create".</param>
/// <param name="Errno">The error the kernel gave, or null when it did what was asked.</param>
/// <param name="Duration">How long it took.</param>
public readonly record struct RequestOutcome(string Operation, Errno? Errno, TimeSpan Duration);
