using System.Net;

namespace Mptcp.ControlPlane.Server.Policies.ByHand;

/// <summary>Something that somebody did to a connection by hand, and that no policy undoes.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Local">This host's address; with the port announced, where it is about an announcement.</param>
/// <param name="Remote">The peer's address and port; null where it is about an announcement.</param>
internal readonly record struct HandNote(HandNoteKind Kind, IPEndPoint Local, IPEndPoint? Remote = null);
