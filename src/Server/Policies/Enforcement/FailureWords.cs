using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>What failures mean, and are called.</summary>
internal static class FailureWords
{
    /// <summary>How a subflow ended.</summary>
    public static string Of(Subflow subflow) => subflow switch
    {
        { Error: { } error } => $"{error.Name} ({error.Description})",
        { ResetReason: { } reason } => $"the peer reset it with reason {reason}",
        { State: SubflowState.Failed } => "it had no answer",
        _ => "it was closed",
    };

    /// <summary>How something could not be done.</summary>
    public static string Of(Exception failure) => failure is KernelRefusedException refusal
        ? $"the kernel refused it: {refusal.Errno.Name} ({refusal.KernelText ?? refusal.Errno.Description})"
        : failure.Message;

    /// <summary>Whether the kernel's own path manager has the connection, and takes no commands.</summary>
    public static bool SaysKernelDecides(KernelRefusedException refusal)
        => refusal.Errno == Errno.Invalid && refusal.KernelText?.Contains("userspace PM not selected", StringComparison.Ordinal) == true;

    /// <summary>Whether the socket of the connection is one of IPv4, which takes no IPv6 subflows.</summary>
    public static bool SaysOneFamily(KernelRefusedException refusal)
        => refusal.Errno == Errno.Invalid && refusal.KernelText?.Contains("families mismatch", StringComparison.Ordinal) == true;

    /// <summary>Whether the connection uses the id for another address, or the address under another id.</summary>
    public static bool SaysIdIsTaken(KernelRefusedException refusal)
        => refusal.Errno == Errno.Invalid && refusal.KernelText?.Contains("did not match", StringComparison.Ordinal) == true;
}
