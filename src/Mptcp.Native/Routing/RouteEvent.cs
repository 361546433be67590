namespace Mptcp.Native.Routing;

/// <summary>A change of a network interface or of an address: <see cref="LinkChanged"/>, <see cref="LinkRemoved"/>,
/// <see cref="AddressChanged"/> or <see cref="AddressRemoved"/>.</summary>
public abstract record RouteEvent
{
    private protected RouteEvent()
    {
    }
}
