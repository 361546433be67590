namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>A line of the trail.</summary>
/// <param name="Sequence">The number of its entry.</param>
/// <param name="Line">The entry as JSON, in UTF-8, with the end of its line.</param>
internal sealed record StoredLine(ulong Sequence, byte[] Line);
