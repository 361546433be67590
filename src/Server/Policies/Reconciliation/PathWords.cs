using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What explanations say.</summary>
internal static class PathWords
{
    /// <summary>Why no subflow can begin from an address.</summary>
    public static string Describe(HostPath from) => from.Usability switch
    {
        AddressUsability.Usable => "",
        AddressUsability.LinkDown => $"{from.InterfaceName} is down",
        AddressUsability.NoCarrier => $"{from.InterfaceName} has no carrier",
        AddressUsability.LinkNotReady => $"{from.InterfaceName} is not ready",
        AddressUsability.Tentative => "it is still being checked whether somebody else on the link has the address",
        AddressUsability.DuplicateDetected => "somebody else on the link has the address",
        AddressUsability.Deprecated => "the address is deprecated: nothing new begins from it",
        _ => throw new ArgumentOutOfRangeException(nameof(from), from.Usability, "a usability without words"),
    };
}
