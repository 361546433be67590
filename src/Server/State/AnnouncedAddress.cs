using System.Net;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>An address that one side of a connection has told the other.</summary>
/// <param name="Id">The address id.</param>
/// <param name="Address">The address and port; null when only the id is known.</param>
internal sealed record AnnouncedAddress(byte Id, IPEndPoint? Address);
