namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Families of addresses. An IPv4 address written in IPv6 is an IPv4 address.</summary>
[Flags]
internal enum AddressFamilies
{
    None = 0,
    IPv4 = 1,
    IPv6 = 2,
    All = IPv4 | IPv6,
}
