using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>One line of the table from the kernel's refusals to the contract's errors.</summary>
/// <param name="Errno">The error it is for.</param>
/// <param name="Operations">The operations it is for; empty for any.</param>
/// <param name="StatusCode">The status it becomes.</param>
/// <param name="Reason">The reason it becomes.</param>
/// <param name="Message">A sentence without its full stop, to which the kernel's own words are added.</param>
internal sealed record KernelErrorRule(
    Errno Errno, IReadOnlyList<string> Operations, StatusCode StatusCode, ErrorReason Reason, string Message)
{
    /// <summary>
    /// What the kernel's text must hold. Most refusals of <c>mptcp_pm</c> are EINVAL, and only their text tells them apart;
    /// where a kernel words them otherwise, a later and more general line matches.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>The field of the request that the refusal is about, where it is about one.</summary>
    public string? Field { get; init; }

    public bool Matches(KernelRefusedException refusal)
        => refusal.Errno == Errno
        && (Operations.Count == 0 || Operations.Contains(refusal.Operation))
        && (Text is null || refusal.KernelText?.Contains(Text, StringComparison.OrdinalIgnoreCase) == true);
}
