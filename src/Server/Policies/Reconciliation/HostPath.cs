using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>An address of this host that subflows may begin from.</summary>
/// <param name="InterfaceIndex">The interface that has it.</param>
/// <param name="InterfaceName">Its name.</param>
/// <param name="Address">The address.</param>
/// <param name="Usability">Whether subflows can begin from it now, or what is in their way.</param>
/// <param name="Generation">A number that is higher whenever it has become usable again: what failed before says nothing any more.</param>
internal sealed record HostPath(int InterfaceIndex, string InterfaceName, IPAddress Address, AddressUsability Usability, long Generation)
{
    public bool IsUsable => Usability == AddressUsability.Usable;

    /// <summary>Whether a subflow that runs there can carry data.</summary>
    public bool Carries => Usability is AddressUsability.Usable or AddressUsability.Deprecated;

    /// <summary>Whether a policy may use it.</summary>
    public bool IsAllowedBy(PathPolicy policy)
        => policy.Families.HasFlag(Address.AddressFamily == AddressFamily.InterNetwork ? AddressFamilies.IPv4 : AddressFamilies.IPv6)
        && policy.Interfaces.Allows(InterfaceName);
}
