namespace Mptcp.Native.Routing;

/// <summary>A network interface.</summary>
/// <param name="Index">Its index, unique within its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record NetworkLink(int Index, string Name);
