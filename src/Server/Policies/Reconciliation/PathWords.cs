using Mptcp.ControlPlane.Server.State;
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

    /// <summary>Why a subflow stays that a policy does not want.</summary>
    public static string Describe(SubflowMaker maker) => maker switch
    {
        SubflowMaker.Application => "the connection began with it",
        SubflowMaker.Peer => "the peer made it",
        SubflowMaker.Caller => "it was made by hand",
        SubflowMaker.Host => "this host made it, and it is not known on whose behalf",
        _ => "it is not known who made it",
    };
}
